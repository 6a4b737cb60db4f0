"""Functions that only random programs have, and how calls of them are drawn: optimizer steps, nets and
custom functions. The same for Tandem are in program_functions.cpp."""

import json

import torch
import torch.nn.functional as F


# ---- optimizers ----

def steps(parameter, gradients, optimizer, options):
    parameter = parameter.detach().clone().requires_grad_()
    optimizer = getattr(torch.optim, optimizer)([parameter], **json.loads(options))
    for gradient in gradients:
        parameter.grad = gradient.detach().clone()
        optimizer.step()
    return parameter.detach()


# ---- nets ----

def net_of(x, layers, seed):
    torch.manual_seed(seed)
    modules, features = [], x.shape[-1]
    for layer in layers:
        name, _, out = layer.partition(" ")
        out = int(out) if out else features
        arguments = {"Linear": (features, out), "LayerNorm": (features,), "Softmax": (-1,), "LogSoftmax": (-1,), "Softmin": (-1,),
                     "GroupNorm": (1, features)}
        modules.append(getattr(torch.nn, name)(*arguments.get(name, ())))
        features = out
    return torch.nn.Sequential(*modules).to(x.dtype)


def flattened(tensors):
    flat = [tensor.detach().flatten() for tensor in tensors]
    return torch.cat([torch.zeros(1, dtype=flat[-1].dtype if flat else torch.float32)] + flat)


def result_or_gradients(model, y, gradients):
    if not gradients:
        return y
    y.square().sum().backward()
    return flattened(p.grad for p in model.parameters())


def net(x, layers, seed):
    return net_of(x, layers, seed)(x)


def net_gradients(x, layers, seed):
    model = net_of(x, layers, seed)
    return result_or_gradients(model, model(x.detach()), True)


def trained(x, layers, seed, optimizer, options):
    model = net_of(x, layers, seed)
    optimizer = getattr(torch.optim, optimizer)(model.parameters(), **json.loads(options))
    x = x.detach()
    for _ in range(3):
        optimizer.zero_grad()
        y = model(x)
        F.mse_loss(y, torch.full_like(y.detach(), 0.5)).backward()
        optimizer.step()
    return flattened(model.parameters())


def recurrent(x, kind, hidden, layers, bidirectional, seed, batch_first, gradients):
    torch.manual_seed(seed)
    model = getattr(torch.nn, kind)(x.shape[-1], hidden, layers, bidirectional=bidirectional,
                                    batch_first=batch_first).to(x.dtype)
    return result_or_gradients(model, model(x.detach() if gradients else x)[0], gradients)


def packed(x, lengths, kind, hidden, layers, bidirectional, seed, gradients, projection):
    x = x.detach() if gradients else x
    torch.manual_seed(seed)
    options = {"proj_size": projection} if kind == "LSTM" else {}
    model = getattr(torch.nn, kind)(x.shape[-1], hidden, layers, bidirectional=bidirectional, **options).to(x.dtype)
    sequence = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    output, states = model(sequence)
    padded, _ = torch.nn.utils.rnn.pad_packed_sequence(output, padding_value=0.5)
    last = torch.cat(states, -1) if kind == "LSTM" else states
    return result_or_gradients(model, torch.cat([padded.flatten(), last.flatten()]), gradients)


def attention(query, key, value, mask, heads, seed, options, gradients):
    options = json.loads(options)
    average, of_keys = options.pop("average", True), options.pop("padding", False)
    query, key, value = (x.detach() if gradients else x for x in (query, key, value))
    torch.manual_seed(seed)
    model = torch.nn.MultiheadAttention(query.shape[-1], heads, kdim=key.shape[-1], vdim=value.shape[-1], **options)
    output, weights = model.to(query.dtype)(query, key, value, average_attn_weights=average,
                                            **{"key_padding_mask" if of_keys else "attn_mask": mask > 0})
    return result_or_gradients(model, torch.cat([output.flatten(), weights.flatten()]), gradients)


def embedding_bag(indices, weight, offsets, mode, padding):
    return F.embedding_bag(indices, weight, offsets if indices.dim() == 1 else None, mode=mode,
                           padding_idx=padding if padding >= 0 else None)


def lookup(indices, weight, padding, max_norm, by_frequency):
    options = {"padding_idx": padding if padding >= 0 else None, "scale_grad_by_freq": by_frequency}
    if not max_norm:
        return F.embedding(indices, weight, **options)
    weight = weight.detach().clone()
    rows = F.embedding(indices, weight, max_norm=max_norm, **options)
    return torch.cat([rows.flatten(), weight.flatten()])


# ---- custom functions ----

class Weighted(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y * y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return (grad * y * y).sum_to_size(x.shape), (2 * grad * x * y).sum_to_size(y.shape)


class Exponential(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.exp(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.saved_tensors[0]


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, grad):
        return grad


class TwoParts(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x, -x

    @staticmethod
    def backward(ctx, first, second):
        return 2 * first - second


class Total(torch.autograd.Function):
    @staticmethod
    def forward(ctx, *tensors):
        ctx.count = len(tensors)
        return sum(tensors[1:], tensors[0]) * 1

    @staticmethod
    def backward(ctx, grad):
        return tuple(None if i == 1 else grad for i in range(ctx.count))


class Itself(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, grad):
        return grad * 3


FUNCTIONS = {
    "steps": steps, "net": net, "net_gradients": net_gradients, "trained": trained,
    "recurrent": recurrent, "packed": packed, "attention": attention, "embedding_bag": embedding_bag,
    "lookup": lookup, "pdist": torch.pdist,
    "weighted": Weighted.apply, "exponential": Exponential.apply, "rounded": Rounded.apply,
    "two_parts": TwoParts.apply, "total": lambda tensors: Total.apply(*tensors), "itself": Itself.apply,
}


# ---- how calls are drawn ----

FRACTIONS = (0.1, 0.5, 0.9)
OPTIMIZERS = {
    "SGD": {"momentum": FRACTIONS, "dampening": FRACTIONS, "weight_decay": FRACTIONS},
    "Adam": {"weight_decay": FRACTIONS, "eps": (1e-3,), "betas": ([0.5, 0.9],), "amsgrad": (True,)},
    "AdamW": {"weight_decay": FRACTIONS, "eps": (1e-3,), "betas": ([0.5, 0.9],), "amsgrad": (True,)},
    "RMSprop": {"alpha": FRACTIONS, "momentum": FRACTIONS, "weight_decay": FRACTIONS, "eps": (1e-3,),
                "centered": (True,)},
    "Adagrad": {"lr_decay": FRACTIONS, "weight_decay": FRACTIONS, "initial_accumulator_value": FRACTIONS},
    "Adamax": {"weight_decay": FRACTIONS, "eps": (1e-3,), "betas": ([0.5, 0.9],)},
    "NAdam": {"weight_decay": FRACTIONS, "eps": (1e-3,), "betas": ([0.5, 0.9],), "momentum_decay": (0.1,),
              "decoupled_weight_decay": (True,)},
    "RAdam": {"weight_decay": FRACTIONS, "eps": (1e-3,), "betas": ([0.5, 0.9],), "decoupled_weight_decay": (True,)},
    "Adadelta": {"weight_decay": FRACTIONS, "rho": FRACTIONS, "eps": (1e-3,)},
    "Rprop": {"etas": ([0.3, 2.0],), "step_sizes": ([0.01, 0.5],)},
}
ACTIVATIONS = ("Tanh", "Sigmoid", "LogSigmoid", "ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Softsign", "Tanhshrink",
               "PReLU", "CELU", "Hardshrink", "Softshrink", "Softmin", "LeakyReLU", "ELU", "Softplus", "Hardtanh", "GELU", "Identity")


def optimizer(d):
    name = d.choice(tuple(OPTIMIZERS))
    options = {"lr": d.choice((0.01, 0.1, 0.3))}
    options |= {key: d.choice(values) for key, values in OPTIMIZERS[name].items() if d.chance(0.3)}
    if d.chance(0.2):
        options["maximize"] = True
    if name == "SGD" and options.get("momentum") and "dampening" not in options and d.chance(0.4):
        options["nesterov"] = True
    return f"{name!r}, {json.dumps(options)!r}"


def draw_steps(d):
    x = d.tensor(real=True)
    gradients = ", ".join(d.input_like(x, d.shape(x)) for _ in range(d.integer(1, 3)))
    return f"steps({x}, [{gradients}], {optimizer(d)})"


def layers(d):
    names = [f"Linear {d.integer(2, 4)}"]  # what normalizes one feature has rounding errors for gradients
    for _ in range(d.integer(0, 4)):
        names.append(d.choice((f"Linear {d.integer(2, 4)}", "LayerNorm", "Softmax", "LogSoftmax") + ACTIVATIONS))
    return f"{names}, {d.integer(0, 99)}"


def draw_recurrent(d):
    x = d.real_input(d.choice(((2, 3), (3, 2, 2), (1, 3, 2))))
    return (f"recurrent({x}, {d.choice(('RNN', 'LSTM', 'GRU'))!r}, {d.integer(1, 3)}, {d.integer(1, 2)}, {d.flag()}, "
            f"{d.integer(0, 99)}, {d.flag()}, {d.flag()})")


def draw_packed(d):
    steps, batch = d.integer(1, 4), d.integer(1, 3)
    hidden = d.integer(2, 3)
    return (f"packed({d.real_input((steps, batch, 2))}, {d.input('int64', (batch,), [d.integer(1, steps) for _ in range(batch)])}, "
            f"{d.choice(('RNN', 'LSTM', 'GRU'))!r}, {hidden}, {d.integer(1, 2)}, {d.flag()}, {d.integer(0, 99)}, "
            f"{d.flag()}, {d.integer(0, hidden - 1)})")


def draw_attention(d):
    queries, keys, batch, heads = (d.integer(1, 3) for _ in range(4))
    embed = heads * d.integer(1, 2)
    features = [embed, embed] if d.chance(0.5) else [d.integer(1, 3), d.integer(1, 3)]
    options = {key: value for key, value in (("bias", False), ("add_bias_kv", True), ("add_zero_attn", True),
                                             ("average", False), ("padding", True)) if d.chance(0.3)}
    shape = (batch, keys) if options.get("padding") else (queries, keys)
    # The first key is never masked: a query without any has nan.
    mask = [int(i % keys > 0 and d.chance(0.4)) for i in range(shape[0] * keys)]
    tensors = d.real_input((queries, batch, embed)), *(d.real_input((keys, batch, f)) for f in features)
    return (f"attention({', '.join(tensors)}, {d.input('int64', shape, mask)}, {heads}, {d.integer(0, 99)}, "
            f"{json.dumps(options)!r}, {d.flag()})")


def draw_bag(d):
    count, shape = d.integer(1, 4), (d.integer(1, 5),) if d.chance(0.6) else (d.integer(1, 3), d.integer(1, 3))
    starts = sorted([0] + [d.integer(0, shape[0]) for _ in range(d.integer(0, 2))])
    offsets = d.input("int64", (len(starts),), starts)
    return (f"embedding_bag({d.index_in(shape, count)}, {d.real_input((count, 2))}, {offsets}, "
            f"{d.choice(('sum', 'mean', 'max'))!r}, {d.integer(-1, count - 1)})")


def draw_lookup(d):
    count = d.integer(1, 4)
    shape = d.choice(((), (3,), (2, 2)))
    norm = d.choice((0, 0, 0.5))
    return (f"lookup({d.index_in(shape, count)}, {d.real_input((count, 3))}, {d.integer(-1, count - 1)}, {norm}, "
            f"{d.flag()})")


def of_net(name, *extra):
    return lambda d: f"{name}({', '.join([d.tensor(rank=(1, 2, 3), real=True), layers(d), *(e(d) for e in extra)])})"


TEMPLATES = {
    "steps": draw_steps,
    "net": of_net("net"), "net_gradients": of_net("net_gradients"), "trained": of_net("trained", optimizer),
    "recurrent": draw_recurrent, "packed": draw_packed, "attention": draw_attention,
    "embedding_bag": draw_bag, "lookup": draw_lookup,
    "pdist": lambda d: f"pdist({d.real_input((d.integer(2, 4), d.integer(1, 3)))}, {d.choice((1, 2, 3))})",
    "weighted": lambda d: f"weighted({d.pair()})",
    "exponential": lambda d: f"exponential({d.tensor()})",
    "rounded": lambda d: f"rounded({d.tensor(real=True)})",
    "two_parts": lambda d: f"two_parts({d.tensor()})[{d.integer(0, 1)}]",
    "total": lambda d: "total([{}])".format(", ".join(d.shuffled(
        (x := d.tensor(), *(d.partner(x) for _ in range(d.integer(0, 2))))))),
    "itself": lambda d: f"itself({d.tensor()})",
}
