"""The bent lines between the products: sigmoid, tanh, ReLU, for real and complex numbers.

Complex numbers pass through, so that `rnncourse.core.gradcheck` can differentiate.
"""

import numpy as np
from jaxtyping import Inexact


def sigmoid(a: Inexact[np.ndarray, "..."]) -> Inexact[np.ndarray, "..."]:
    """Squash into (0, 1).

        sigma(a) = 1 / (1 + exp(-a)) = (1 + tanh(a / 2)) / 2

    The second form is the same function, and no exponential in it can overflow.

    Args:
        a: Any numbers.

    Returns:
        Numbers between 0 and 1; sigma' = sigma (1 - sigma).

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def relu(a: Inexact[np.ndarray, "..."]) -> Inexact[np.ndarray, "..."]:
    """Cut off below 0.

        relu(a) = a where a > 0, else 0

    Args:
        a: Any numbers; of a complex one, the real part decides.

    Returns:
        Numbers from 0 up; relu' = 1 where relu > 0, else 0 (at 0 by convention, as in torch).

    >>> relu(np.array([-2.0, 0.5]))
    array([0. , 0.5])
    """
    return np.where(a.real > 0, a, np.zeros_like(a))
