"""A torch DataLoader whose data set scores its items when they are loaded, in forked and in spawned workers."""

import pytest

torch_data = pytest.importorskip("torch.utils.data")

import r1rewards


class Scored(torch_data.Dataset):
    def __init__(self):
        self.scorer = r1rewards.Scorer(r1rewards.Math(), jobs=2)
        # Scoring here starts threads in this process before its workers are forked.
        self.scorer.score_batch([r"\boxed{1}"] * 200, ["1"] * 200)

    def __len__(self):
        return 64

    def __getitem__(self, index):
        return self.scorer.score(rf"\boxed{{{index}}}", "7").reward

    def __getitems__(self, indices):
        return self.scorer.score_batch([rf"\boxed{{{index}}}" for index in indices], ["7"] * len(indices)).rewards


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_score_what_they_load(method):
    loader = torch_data.DataLoader(Scored(), batch_size=16, num_workers=2, multiprocessing_context=method, timeout=60)
    assert [reward for batch in loader for reward in batch.tolist()] == [1.0 if index == 7 else 0.0 for index in range(64)]
