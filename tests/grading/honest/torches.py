"""Right answers that use a part of PyTorch: each has to work in a child.

A part is a function that says whether it did what it should; the answer asks it before it answers.
"""

from .settings import DETACH, DOUBLE, TORCH

IMPORTS = f"""
import torch
import torch.nn.functional as F
from torch import nn
{DOUBLE}
"""
NET = """
net = nn.Linear(2, 1)
nn.init.ones_(net.weight)
loss = net(torch.ones(3, 2)).square().mean()
loss.backward()
before = net.weight.detach().clone()
"""
OPTIMIZERS = (
    *("SGD", "Adam", "AdamW", "Adagrad", "RMSprop", "Adadelta", "Adamax", "NAdam", "RAdam"),
    *("Rprop", "ASGD"),
)
PARTS = {
    name: f"""
<net>
optimizer = torch.optim.{name}(net.parameters(), lr=0.1)
optimizer.step()
optimizer.zero_grad()
return net.weight.grad is None and not torch.equal(net.weight, before)
"""
    for name in OPTIMIZERS
}
MORE = """
=== LBFGS
<net>
optimizer = torch.optim.LBFGS(net.parameters())

def closure():
    optimizer.zero_grad()
    loss = net(torch.ones(3, 2)).square().mean()
    loss.backward()
    return loss

optimizer.step(closure)
return net(torch.ones(1, 2)).abs().item() < 1e-3
=== schedulers
<net>
schedulers = torch.optim.lr_scheduler
for make in (
    lambda o: schedulers.StepLR(o, 1, 0.5),
    lambda o: schedulers.CosineAnnealingLR(o, 10),
    lambda o: schedulers.LambdaLR(o, lambda n: 1 / (n + 1)),
    lambda o: schedulers.OneCycleLR(o, 0.1, total_steps=10),
):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    scheduler = make(optimizer)
    first = scheduler.get_last_lr()
    optimizer.step()
    scheduler.step()
    assert scheduler.get_last_lr() != first
plateau = schedulers.ReduceLROnPlateau(optimizer, patience=0)
plateau.step(1.0)
plateau.step(2.0)
return True
=== clipping
<net>
norm = nn.utils.clip_grad_norm_(net.parameters(), 0.1)
clipped = nn.utils.get_total_norm([p.grad for p in net.parameters()])
nn.utils.clip_grad_value_(net.parameters(), 0.01)
return norm > 0.1 > 0.0999 < clipped and net.weight.grad.abs().max() <= 0.01
=== recurrent layers
xs = torch.randn(4, 3, 2)
for kind in (nn.RNN, nn.GRU, nn.LSTM):
    hs, last = kind(2, 5, num_layers=2, dropout=0.1, bidirectional=True)(xs)
    assert hs.shape == (4, 3, 10)
h = nn.GRUCell(2, 5)(xs[0])
h, c = nn.LSTMCell(2, 5)(xs[0], (h, h))
return nn.RNNCell(2, 5)(xs[0], h).shape == c.shape == (3, 5)
=== packed sequences
xs, lengths = torch.randn(4, 3, 2), torch.tensor([4, 1, 3])
packed = nn.utils.rnn.pack_padded_sequence(xs, lengths, enforce_sorted=False)
out, last = nn.LSTM(2, 5)(packed)
hs, again = nn.utils.rnn.pad_packed_sequence(out)
padded = nn.utils.rnn.pad_sequence([xs[:n, b] for b, n in enumerate(lengths)])
return hs.shape == (4, 3, 5) and torch.equal(again, lengths) and padded.shape == xs.shape
=== other layers
ids = torch.tensor([[1, 2], [3, 0]])
net = nn.Sequential(
    nn.Embedding(4, 6, padding_idx=0), nn.LayerNorm(6), nn.Dropout(0.1), nn.Linear(6, 4), nn.Tanh()
)
blocks = nn.ModuleList([nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)])
attention = nn.MultiheadAttention(4, 2, batch_first=True)
x = blocks[0](net(ids))
looked, weights = attention(x, x, x)
plain = F.scaled_dot_product_attention(x, x, x, is_causal=True)
image = nn.Conv2d(1, 2, 3, padding=1)(torch.randn(1, 1, 8, 8))
series = nn.Conv1d(4, 2, 3, dilation=2)(x.new_zeros(2, 4, 9))
loss = nn.CrossEntropyLoss(ignore_index=0)(looked.flatten(0, 1), ids.flatten())
loss = loss + nn.BCEWithLogitsLoss()(image, torch.ones_like(image)) + nn.MSELoss()(plain, x)
loss.backward()
nn.init.orthogonal_(net[3].weight)
nn.init.xavier_uniform_(attention.in_proj_weight)
return series.shape == (2, 2, 5) and len(net.state_dict()) == 5
=== weights kept and read again
a, b = nn.LSTM(2, 3), nn.LSTM(2, 3)
b.load_state_dict(a.state_dict())
c = copy.deepcopy(a)
vector = nn.utils.parameters_to_vector(c.parameters())
nn.utils.vector_to_parameters(0 * vector, c.parameters())
held = io.BytesIO()
torch.save(a.state_dict(), held)
held.seek(0)
c.load_state_dict(torch.load(held))
return all(torch.equal(x, y) for x, y in zip(b.parameters(), c.parameters()))
=== data loaders
data = torch.utils.data.TensorDataset(torch.arange(10.0), torch.arange(10))
one, two = torch.utils.data.random_split(data, [6, 4])
loader = torch.utils.data.DataLoader(one, batch_size=2, shuffle=True)
return sum(len(x) for x, y in loader) == 6
=== jit.script
return torch.equal(scripted(torch.ones(3)), torch.full((3,), 4.0))
=== jit.trace
traced = torch.jit.trace(nn.Linear(2, 3), torch.ones(1, 2))
return traced(torch.ones(4, 2)).shape == (4, 3)
=== hooks
seen = []
net, x = nn.Linear(2, 2), torch.ones(1, 2, requires_grad=True)
net.register_forward_hook(lambda module, given, out: seen.append(out.shape))
net.register_forward_pre_hook(lambda module, given: None)
net.register_full_backward_hook(lambda module, dx, dy: seen.append(dy[0].shape))
h = net(x)
h.register_hook(lambda g: seen.append(g.shape))
h.retain_grad()
h.sum().backward()
return len(seen) == 3 and h.grad is not None
=== func
square = lambda w, x: ((w * x) ** 2).sum()
w, x = torch.ones(3), torch.arange(3.0)
found = torch.func.grad(square)(w, x)
jacobians = torch.func.jacrev(torch.sin)(x), torch.func.jacfwd(torch.sin)(x)
each = torch.func.vmap(torch.func.grad(square), (None, 0))(w, torch.ones(2, 3))
_, pull = torch.func.vjp(torch.sin, x)
_, pushed = torch.func.jvp(torch.sin, (x,), (w,))
hessian = torch.func.hessian(lambda w: square(w, x))(w)
net = nn.Linear(2, 1)
torch.func.functional_call(net, dict(net.named_parameters()), torch.ones(1, 2))
near = torch.allclose(pull(w)[0], pushed) and torch.allclose(*jacobians)
return near and each.shape == (2, 3) and torch.allclose(hessian, 2 * torch.diag(x**2))
=== autograd.functional
x = torch.arange(3.0)
J = torch.autograd.functional.jacobian(torch.tanh, x)
H = torch.autograd.functional.hessian(lambda x: (x**3).sum(), x)
return J.shape == H.shape == (3, 3)
=== checkpoint
x = torch.ones(2, requires_grad=True)
torch.utils.checkpoint.checkpoint(torch.tanh, x, use_reentrant=False).sum().backward()
return x.grad is not None
=== gradcheck
x = torch.rand(3, requires_grad=True)
return torch.autograd.gradcheck(torch.tanh, (x,)) and torch.autograd.gradgradcheck(torch.tanh, (x,))
=== anomalies
x = torch.ones(2, requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    (x * x).sum().backward()
return x.grad.sum() == 4
=== a function of one's own
x = torch.ones(2, requires_grad=True)
Double.apply(x).sum().backward()
return x.grad.tolist() == [5.0, 5.0]
=== parametrizations
layer = nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
normed = nn.utils.parametrizations.weight_norm(nn.Linear(3, 3))
return torch.allclose(layer.weight @ layer.weight.T, torch.eye(3), atol=1e-5)
=== linear algebra
A = torch.randn(4, 4) + 9 * torch.eye(4)
Q, R = torch.linalg.qr(A)
values = torch.linalg.eigvals(A).abs().max(), torch.linalg.svdvals(A).max()
return torch.allclose(Q @ R, A) and values[0] <= values[1] + 1e-9 and torch.linalg.norm(A) > 0
=== distributions
p = torch.distributions.Categorical(logits=torch.zeros(3))
return p.sample((5,)).shape == (5,) and torch.multinomial(torch.ones(3), 2).shape == (2,)
=== automatic mixed precision
with torch.autocast("cpu", dtype=torch.bfloat16), torch.inference_mode():
    y = nn.Linear(2, 2).float()(torch.ones(1, 2, dtype=torch.float32))
return y.dtype == torch.bfloat16
"""
PARTS |= {part.partition("\n")[0]: part.partition("\n")[2] for part in MORE.split("=== ")[1:]}
ABOVE = """
import copy
import io

import torch.utils.checkpoint
import torch.utils.data


@torch.jit.script
def scripted(x: torch.Tensor) -> torch.Tensor:
    for _ in range(3):
        x = x + 1
    return x


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 2 * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 5 * g * x
"""


def _write_part(code: str) -> str:
    lines = code.replace("<net>", NET).strip().split("\n")
    return "def part():\n" + "\n".join(f"    {line}".rstrip() for line in lines)


CODE = {
    f"torch: {name}": ((DETACH,), [IMPORTS, ABOVE, _write_part(code), TORCH.format(truth="part()")])
    for name, code in PARTS.items()
}
"""The questions that are answered, and the cells."""
