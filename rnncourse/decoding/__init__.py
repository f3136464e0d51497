"""From a model that predicts to text: sampling and completion."""
