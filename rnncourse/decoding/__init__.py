"""From a model that predicts to text: sampling, completion, greedy and beam search."""
