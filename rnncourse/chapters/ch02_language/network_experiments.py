"""The recorded numbers on three small recurrent networks, one of each cell."""

from dataclasses import asdict

import numpy as np
import torch

from rnncourse.analysis.splits import SPLITS, encode_split
from rnncourse.chapters.ch02_language.networks import (
    CANDIDATES,
    COMPARED,
    SEEDS,
    SIZES,
    TRAINING_TOLERANCE,
    train_run,
)
from rnncourse.core.records import Record, provenance
from rnncourse.data.corpus import hash_documents, load_corpus


def measure_networks() -> Record:
    """Choose a learning rate for each cell, and train each on three splits (half an hour)."""
    documents = load_corpus()
    about = {"corpus_sha256": hash_documents(documents), "torch": torch.__version__, **provenance()}
    about |= {"runs": {run.name: asdict(run) for run in [*CANDIDATES, *COMPARED]}}
    record = Record("ch02_language", "networks", about)
    for split in SPLITS:
        data = encode_split(documents, split)
        if split == SPLITS[0]:
            for cell in SIZES:
                runs = [run for run in CANDIDATES if run.cell == cell]
                bits = [train_run(run, data).valid_bits[-1] for run in runs]
                record.add(f"rates/{cell}", bits, *TRAINING_TOLERANCE)
        for run in COMPARED:
            if run.split == split:
                result = train_run(run, data)
                bits = -np.log2(result.test_probs).mean()
                record.add(f"bits/{run.name}", bits, *TRAINING_TOLERANCE)
                if split == SPLITS[0] and run.settings.seed == SEEDS[0]:
                    entry = result.seconds, 1e5, "times, quoted and never compared"
                    record.add(f"curve/{run.name}/seconds", *entry)
                    record.add(f"curve/{run.name}/bits", result.valid_bits, *TRAINING_TOLERANCE)
    return record
