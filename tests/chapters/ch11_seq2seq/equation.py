"""One step of a GRU, from the equation that PyTorch gives."""

import numpy as np


def step_gru(w, name, x, h):
    """The state after `h`; `w`: arrays by name, `name`: of the layer."""
    a = x @ w[f"{name}.weight_ih_l0"].T + w[f"{name}.bias_ih_l0"]
    b = h @ w[f"{name}.weight_hh_l0"].T + w[f"{name}.bias_hh_l0"]
    (a_r, a_z, a_n), (b_r, b_z, b_n) = np.split(a, 3), np.split(b, 3)
    r, z = 1 / (1 + np.exp(-a_r - b_r)), 1 / (1 + np.exp(-a_z - b_z))
    return (1 - z) * np.tanh(a_n + r * b_n) + z * h
