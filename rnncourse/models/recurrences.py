"""What comes back from one step to the next: the state, the output, or both."""

from collections.abc import Mapping

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from rnncourse.models.sequence import RECURRENT_LAYERS

Ids = Int[Tensor, "T B"]


class Recurrence(nn.Module):
    """A network whose hidden units see the input, and what comes back.

        hidden recurrence:  h_t = phi(x_t, h_(t-1)),            y_t = h_t W_hy + b_y
        output recurrence:  h_t = tanh(x_t, out_(t-1)),         the same
        both:               h_t = phi(x_t, out_(t-1), h_(t-1)), the same

    where out is the right answer of the step before (teacher forcing) or the network's own.

    Args:
        symbols: How many different inputs, and answers, there are.
        H: Hidden units.
        cell: `"rnn"` (tanh) or another recurrent cell; `"none"`: no state comes back.
        feedback: Whether the output comes back.

    Source: hidden recurrence: J. L. Elman (1990); output recurrence: M. I. Jordan, "Serial
    order: a parallel distributed processing approach", ICS Report 8604 (1986).
    """

    def __init__(self, symbols: int, H: int, cell: str = "rnn", feedback: bool = False):
        super().__init__()
        self.symbols, self.cell, self.feedback = symbols, cell, feedback
        D = 2 * symbols if feedback else symbols
        layer = nn.Sequential(nn.Linear(D, H), nn.Tanh())
        self.hidden = layer if cell == "none" else RECURRENT_LAYERS[cell](D, H)
        self.logits = nn.Linear(H, symbols)

    @classmethod
    @torch.no_grad()
    def from_weights(cls, w: Mapping[str, Float[Tensor, "..."]]) -> "Recurrence":
        """Make a tanh network of weights in the course's notation.

        Args:
            w: W_xh `V H`, b_h `H`, W_hy `H V`, b_y `V`; and W_hh `H H` for hidden recurrence, W_yh
                `V H` for output recurrence, both or neither. They are copied.
        """
        (V, H), feedback = w["W_xh"].shape, "W_yh" in w
        model = cls(V, H, "rnn" if "W_hh" in w else "none", feedback).to(w["W_xh"].dtype)
        W_in = torch.cat([w["W_xh"], w["W_yh"]] if feedback else [w["W_xh"]])
        if "W_hh" in w:
            model.hidden.weight_ih_l0.copy_(W_in.T)
            model.hidden.weight_hh_l0.copy_(w["W_hh"].T)
            model.hidden.bias_ih_l0.copy_(w["b_h"])
            model.hidden.bias_hh_l0.zero_()
        else:
            model.hidden[0].weight.copy_(W_in.T)
            model.hidden[0].bias.copy_(w["b_h"])
        model.logits.weight.copy_(w["W_hy"].T)
        model.logits.bias.copy_(w["b_y"])
        return model

    def teacher_forced(self, xs: Ids, ys: Ids) -> Float[Tensor, "T B V"]:
        """Return the logits of all steps, with the right answers in the place of its own.

        Without hidden recurrence all steps are computed at once.
        """
        previous = torch.cat([torch.zeros_like(ys[:1]), ys[:-1]])
        return self._run_steps(xs, previous)[0]

    def one_step(self, x: Ids, previous: Ids) -> Float[Tensor, "1 B V"]:
        """Return the logits of one step by itself: told the answer before, without a state."""
        return self._run_steps(x, previous)[0]

    def free_running(
        self,
        xs: Ids,
        ys: Ids | None = None,
        teacher_forcing_ratio: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> Float[Tensor, "T B V"]:
        """Return the logits of all steps, one step after the other, with its own answers.

        Args:
            xs: Inputs.
            ys: Right answers, where some are given.
            teacher_forcing_ratio: How often the right answer is fed back in the place of its own:
                between 0 and 1, drawn for every step and sequence (scheduled sampling).
            generator: Where the draws come from.

        Raises:
            ValueError: If right answers should be fed back, and there are none.
        """
        if ys is None and teacher_forcing_ratio:
            raise ValueError("A teacher forcing ratio above 0 needs the right answers, ys.")
        previous, state, all_logits = torch.zeros_like(xs[:1]), None, []
        for t in range(len(xs)):
            logits, state = self._run_steps(xs[t : t + 1], previous, state)
            all_logits.append(logits)
            previous = logits.argmax(-1)
            if ys is not None and teacher_forcing_ratio:
                is_forced = torch.rand(previous.shape, generator=generator) < teacher_forcing_ratio
                previous = torch.where(is_forced, ys[t : t + 1], previous)
        return torch.cat(all_logits)

    def _run_steps(self, xs, previous, state=None):
        """Run some steps, given what comes back from the outputs."""
        inputs = nn.functional.one_hot(xs, self.symbols)
        if self.feedback:
            inputs = torch.cat([inputs, nn.functional.one_hot(previous, self.symbols)], -1)
        inputs = inputs.to(self.logits.weight.dtype)
        if self.cell == "none":
            return self.logits(self.hidden(inputs)), None
        hs, state = self.hidden(inputs, state)
        return self.logits(hs), state
