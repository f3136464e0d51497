"""The beam search of `transformers`, given a model of the course; only if it is installed.

It is no part of the course's environment. Its first step already has all hypotheses, of which all
but one do not count, and its search ends a text when `width` endings are found (early stopping).
"""

import os

os.environ.setdefault("USE_TF", "0")

import numpy as np
import torch
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast


class _Config(PretrainedConfig):
    model_type = "rnncourse"


class _Past:
    """The decoder's state, as it is handed back after each step."""

    is_compileable = False

    def __init__(self, model, state, B):
        self.model, self.state, self.B = model, state, B

    def reorder_cache(self, rows):
        """Go on with these hypotheses."""
        self.state = self.model.reorder(self.state, rows.view(self.B, -1))

    def get_seq_length(self, *_):
        """Say that nothing is kept by length."""
        return 0


class _Model(PreTrainedModel, GenerationMixin):
    """What `generate` asks of a model."""

    config_class, main_input_name = _Config, "input_ids"
    _is_stateful = False

    def __init__(self, config, model):
        super().__init__(config)
        self.steps, self.nothing = [model], torch.nn.Linear(1, 1)

    def forward(self, input_ids=None, past=None, attention_mask=None, **_):
        """Take a step."""
        logits, past.state = self.steps[0].step(past.state, input_ids[:, -1])
        return CausalLMOutputWithPast(logits=logits[:, None], past_key_values=past)

    def prepare_inputs_for_generation(self, input_ids, past=None, attention_mask=None, **_):
        """Hand on what a step needs."""
        return {"input_ids": input_ids, "past": past}

    def _reorder_cache(self, past, rows):
        past.reorder_cache(rows)
        return past

    def _prepare_cache_for_generation(self, *_, **__):
        return None


def search_texts(model, state, B, *, width, max_length, alpha):
    """Search for texts; the length that counts has the stop symbol.

    Returns:
        The ids of each text, without the stop symbol.
    """
    ids = {"bos_token_id": model.start, "eos_token_id": model.stop, "pad_token_id": model.stop}
    how = GenerationConfig(
        num_beams=width,
        max_new_tokens=max_length,
        length_penalty=alpha,
        early_stopping=True,
        do_sample=False,
        **ids,
    )
    wrapped = _Model(_Config(is_encoder_decoder=False, **ids), model).eval()
    rows = np.repeat(np.arange(B)[:, None], width, axis=1)
    past = _Past(model, model.reorder(state, rows), B)
    begin = torch.full((B, 1), model.start)
    mask = torch.ones_like(begin)
    texts = wrapped.generate(begin, generation_config=how, attention_mask=mask, past=past)
    texts = texts[:, 1:].tolist()
    return [text[: text.index(model.stop)] if model.stop in text else text for text in texts]
