"""Examples on disk, and batches of them with little padding."""

import numpy as np
import torch

# Padding costs only in attention, where the tokens of a row meet each other: a row padded to S and T tokens costs
# about 2 S^2 + S T + T^2 (six encoder and three decoder layers). Starting one more micro-batch costs as much as GROUP_COST
# of these (measured on two cores).
GROUP_COST = 60_000.0


def save_examples(path, pairs, task_ids):
    """`pairs` of (input ids, target ids), both ending in </s>, into one .npz."""
    np.savez(
        path,
        inputs=np.concatenate([np.asarray(i, np.uint16) for i, _ in pairs]),
        targets=np.concatenate([np.asarray(t, np.uint16) for _, t in pairs]),
        input_lengths=np.array([len(i) for i, _ in pairs], np.int32),
        target_lengths=np.array([len(t) for _, t in pairs], np.int32),
        task_ids=np.asarray(task_ids, np.int8),
    )


def round_up(length):
    """A multiple of 8: attention of few different sizes (model.py, `Packing`, says why)."""
    return -(-int(length) // 8) * 8


class Examples:
    """All examples of one or more .npz files."""

    def __init__(self, paths):
        parts = [np.load(path) for path in paths]
        join = lambda key: np.concatenate([part[key] for part in parts])
        self.inputs, self.targets, self.task_ids = join("inputs"), join("targets"), join("task_ids")
        self.input_lengths, self.target_lengths = join("input_lengths"), join("target_lengths")
        self._input_starts = np.concatenate([[0], np.cumsum(self.input_lengths, dtype=np.int64)])
        self._target_starts = np.concatenate([[0], np.cumsum(self.target_lengths, dtype=np.int64)])

    def __len__(self):
        return len(self.input_lengths)

    def batch(self, indices):
        """Tensors for `T5.forward` and the labels (N,) of its packed logits."""
        n_rows = len(indices)
        n_in, n_out = (round_up(lengths[indices].max()) for lengths in (self.input_lengths, self.target_lengths))
        input_ids = np.zeros((n_rows, n_in), np.int64)
        input_mask = np.zeros((n_rows, n_in), bool)
        labels = np.zeros((n_rows, n_out), np.int64)
        decoder_mask = np.zeros((n_rows, n_out), bool)
        for row, i in enumerate(indices):
            source = self.inputs[self._input_starts[i] : self._input_starts[i + 1]]
            target = self.targets[self._target_starts[i] : self._target_starts[i + 1]]
            input_ids[row, : len(source)], input_mask[row, : len(source)] = source, True
            labels[row, : len(target)], decoder_mask[row, : len(target)] = target, True
        decoder_input_ids = np.zeros_like(labels)
        decoder_input_ids[:, 1:] = labels[:, :-1]
        tensors = map(torch.from_numpy, (input_ids, input_mask, decoder_input_ids, decoder_mask))
        return tuple(tensors), torch.from_numpy(labels[decoder_mask])

    def micro_batches(self, indices, max_groups, device="cpu"):
        """The examples as at most `max_groups` batches of similar lengths, on the device."""
        groups = split_by_length(self.input_lengths[indices], self.target_lengths[indices], max_groups)
        batches = [self.batch(indices[group]) for group in groups]
        return [(tuple(t.to(device) for t in tensors), labels.to(device)) for tensors, labels in batches]


def split_by_length(input_lengths, target_lengths, max_groups):
    """Partition examples into groups that waste little on padding.

    Greedy: of all groups, halve the one whose best cut, along either length,
    saves most; stop when no cut pays for one more micro-batch.
    """

    def best_cut(group):
        best = (0.0, None)
        cost = _running_cost(input_lengths[group], target_lengths[group])[-1]
        for key in (input_lengths, target_lengths):
            order = group[np.argsort(key[group], kind="stable")]
            if len(order) < 4:
                continue
            low = _running_cost(input_lengths[order], target_lengths[order])[:-1]
            high = _running_cost(input_lengths[order][::-1], target_lengths[order][::-1])[::-1][1:]
            at = int((low + high).argmin())
            gain = cost - (low + high)[at] - GROUP_COST
            if gain > best[0]:
                best = (gain, (order[: at + 1], order[at + 1 :]))
        return best

    groups = [np.arange(len(input_lengths))]
    cuts = [best_cut(groups[0])]
    while len(groups) < max_groups:
        i = max(range(len(groups)), key=lambda j: cuts[j][0])
        if cuts[i][1] is None:
            break
        left, right = cuts[i][1]
        groups[i], cuts[i] = left, best_cut(left)
        groups.append(right)
        cuts.append(best_cut(right))
    return groups


def _running_cost(input_lengths, target_lengths):
    """Padded cost of the first 1, 2, ... examples as one group."""
    count = np.arange(1, len(input_lengths) + 1)
    longest_in, longest_out = (np.maximum.accumulate(lengths.astype(float)) for lengths in (input_lengths, target_lengths))
    return count * (2 * longest_in**2 + longest_in * longest_out + longest_out**2)
