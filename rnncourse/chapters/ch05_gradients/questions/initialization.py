"""Two ways to start: a recurrent matrix of a given spectral radius, and an orthogonal one."""

import numpy as np

from rnncourse.grading.questions import Tolerance
from rnncourse.grading.writing import question


@question("05-start", 6, "Two ways to start", "build", returns="W Q")
def start_weights(A, radius):
    """Return A with the spectral radius `radius`, and its orthogonal factor, both `(H, H)`."""
    Q, R = np.linalg.qr(A)
    W = A * radius / np.max(np.abs(np.linalg.eigvals(A)))
    return W, Q @ np.diag(np.sign(np.diag(R)))


@start_weights.inputs
def _sample_inputs(rng):
    yield np.array([[3.0, 0.0], [4.0, 5.0]]), 1.0
    yield np.array([[0.0, -2.0], [2.0, 0.0]]), 0.9
    yield np.array([[1.0, 2.0], [0.0, -3.0]]), 1.5
    yield np.array([[-3.0, 1.0], [0.0, 1.0]]), 0.7
    yield _sample_matrix(rng, 3), 0.95
    yield _sample_matrix(rng, 4), 1.2
    yield _sample_matrix(rng, 5), 0.5
    for H in (rng.integers(6, 60), 13):
        yield np.linalg.qr(rng.normal(size=(H, H)))[0] * rng.uniform(1, 2, H), 0.8


def _sample_matrix(rng, H):
    """Draw until rounding is harmless, and the largest eigenvalue is no positive real number.

    A matrix whose eigenvectors are nearly parallel changes its eigenvalues much when it changes
    little, and one with nearly parallel columns its Q.
    """
    while True:
        A = rng.normal(size=(H, H))
        values, vectors = np.linalg.eig(A)
        leading_value = values[np.argmax(np.abs(values))]
        is_not_positive = leading_value.real < 0.9 * np.max(np.abs(values))
        if is_not_positive and np.linalg.cond(vectors) < 10 and np.linalg.cond(A) < 20:
            return A


@start_weights.property("the eigenvalue of `W` that is largest in modulus has the modulus `radius`")
def _has_spectral_radius(arguments, W, Q):
    """The spectral radius is the largest modulus of an eigenvalue, and eigenvalues can be negative
    or complex. If the matrix is multiplied by a number, so are they."""
    is_finite = np.isfinite(W).all()  # of nan nobody knows the eigenvalues
    return is_finite and np.isclose(np.max(np.abs(np.linalg.eigvals(W))), arguments[1], rtol=1e-4)


@start_weights.property("`W` is `A` times one positive number")
def _is_scaled(arguments, W, Q):
    """To scale is to multiply all entries by the same number."""
    A = arguments[0]
    factor = np.sum(W * A) / np.sum(A * A)
    return factor > 0 and Tolerance(1e-4, 1e-4).agree(W, factor * A)


@start_weights.property(
    "the columns of `Q` have length 1 and right angles: `Q.T @ Q` is the identity"
)
def _has_orthonormal_columns(arguments, W, Q):
    """`np.linalg.qr` gives two matrices: which of them is orthogonal?"""
    return Tolerance(1e-4, 1e-4).agree(Q.T @ Q, np.eye(len(Q)))


@start_weights.property("`R = Q.T @ A` has zeros below its diagonal, and no negative number on it")
def _leaves_upper_triangle(arguments, W, Q):
    """A = QR has one solution with a positive diagonal. Where a number there is negative, turn the
    sign of that column of Q."""
    R = Q.T @ arguments[0]
    return Tolerance(1e-3, 1e-3).agree(R, np.triu(R)) and np.all(np.diag(R) >= -1e-6)


start_weights.mistake("Singular value for eigenvalue")(
    "You divided by the largest singular value, which `np.linalg.norm(A, 2)` is. The spectral "
    "radius comes from the eigenvalues, and is never larger.",
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.linalg.norm(A, 2)"},
)

start_weights.mistake("The length of all entries")(
    "You divided by `np.linalg.norm(A)`, the root of the sum of all squares. The spectral radius "
    "comes from the eigenvalues.",
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.linalg.norm(A)"},
)

start_weights.mistake("What is right on average, for this matrix")(
    "You divided by the root of the number of units. That brings the spectral radius of large "
    "random matrices near to 1; here the one of this matrix is asked for.",
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.sqrt(len(A))"},
)

start_weights.mistake("The gain in the wrong place")(
    "You multiplied by the wanted radius, and did not divide by the radius that the matrix has, or "
    "the other way round.",
    {" / np.max(np.abs(np.linalg.eigvals(A)))": ""},
    {"A * radius": "A"},
    {"radius / ": "1 / radius * "},
    {"A * radius": "A / radius"},
    {"radius /": "radius *"},
)

start_weights.mistake("The real part for the modulus")(
    "You took the largest real part of an eigenvalue. Eigenvalues can be negative or complex: the "
    "modulus counts, `np.abs`.",
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.max(np.linalg.eigvals(A).real)"},
    {"eigvals(A)": "eigvals(A).real"},
)

start_weights.mistake("The eigenvalues of a symmetric matrix")(
    "`np.linalg.eigvalsh` and `eigh` take the matrix for a symmetric one, and read one half of it. "
    "This one is not symmetric: `np.linalg.eigvals`.",
    {"eigvals": "eigvalsh"},
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.max(np.linalg.eigvalsh(A))"},
)

start_weights.mistake("The first eigenvalue")(
    "You took the eigenvalue that comes first, or last. NumPy does not sort them.",
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.abs(np.linalg.eigvals(A))[0]"},
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.abs(np.linalg.eigvals(A))[-1]"},
)

start_weights.mistake("Another mean of the eigenvalues")(
    "You divided by a mean of the eigenvalues. The largest alone is the spectral radius, and in a "
    "long product it outgrows the others.",
    {"max": "mean"},
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.abs(np.linalg.det(A)) ** (1 / len(A))"},
)

start_weights.mistake("The largest entry")(
    "You divided by the largest entry. The spectral radius comes from the eigenvalues.",
    {"np.max(np.abs(np.linalg.eigvals(A)))": "np.max(np.abs(A))"},
)

start_weights.mistake("Q as it comes", {"Q @ np.diag(np.sign(np.diag(R)))": "Q"})(
    "Your W is right, and Q is orthogonal. But `np.linalg.qr` leaves some numbers on the diagonal "
    "of R negative. Turn the signs of these columns of Q."
)

start_weights.mistake("The signs of another diagonal")(
    "Your W is right. You turned the columns of Q by the signs on the diagonal of Q itself. Those "
    "on the diagonal of R should be positive.",
    {"np.diag(R)": "np.diag(Q)"},
    {"np.sign(np.diag(R))": "np.where(np.diag(Q) < 0, -1, 1)"},
)

start_weights.mistake("The signs at the rows")(
    "Your W is right. The signs of the diagonal of R belong to the columns of Q, and you turned "
    "its rows.",
    {"Q @ np.diag(np.sign(np.diag(R)))": "np.diag(np.sign(np.diag(R))) @ Q"},
)

start_weights.mistake("Q transposed")(
    "Your W is right, and so is Q, but it is transposed.",
    {"Q @ np.diag(np.sign(np.diag(R)))": "np.diag(np.sign(np.diag(R))) @ Q.T"},
    {"qr(A)": "qr(A.T)"},
)

start_weights.mistake("The other factor", {"Q @ np.diag(np.sign(np.diag(R)))": "R"})(
    "Your W is right. In the place of Q you returned R, the factor that stretches."
)

start_weights.mistake("Columns of length 1, but not at right angles")(
    "Your W is right. You gave each column, or row, the length 1. In an orthogonal matrix they "
    "also stand at right angles to each other.",
    {"Q @ np.diag(np.sign(np.diag(R)))": "A / np.linalg.norm(A, axis=0)"},
    {"Q @ np.diag(np.sign(np.diag(R)))": "A / np.linalg.norm(A, axis=1, keepdims=True)"},
)

start_weights.mistake("The nearest orthogonal matrix")(
    "Your W is right. Your Q is orthogonal, but another one: the factor of A = QR is asked for.",
    {"Q @ np.diag(np.sign(np.diag(R)))": "np.linalg.svd(A)[0] @ np.linalg.svd(A)[2]"},
    {"Q @ np.diag(np.sign(np.diag(R)))": "np.linalg.svd(A)[0]"},
)

start_weights.mistake("The orthogonal matrix scaled, too", {"W, Q": "W, radius * Q"})(
    "Your W is right. You multiplied Q by the radius: then it is no longer orthogonal."
)
