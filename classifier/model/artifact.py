"""The trained model as plain data: a JSON manifest, a list of features, one NumPy archive. Nothing in it is executed."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.errors import ModelError, problem

FORMAT = 1
_FILES = ("features.txt", "weights.npz")
_MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class Output:
    """One thing the model says about a text: ``slope * raw + intercept`` is its log-odds.

    ``crowding`` is what the risk of a claim gains by each natural logarithm of its ad's number of claims: below 0, as of many
    claims one reads badly by chance.
    """

    name: str
    bias: float
    slope: float
    intercept: float
    crowding: float = 0.0


@dataclass(frozen=True)
class TrainedModel:
    """A fitted linear model.

    Attributes
    ----------
    names : bytes
        Name of each feature, one a line.
    rounded : array of shape (n_features, n_outputs)
        The weights as stored, a row to be multiplied with its scale.
    scales : array of shape (n_features,)
        The value of a feature that occurs once.
    squares : array of shape (n_features,)
        What one occurrence adds to the square of the norm.
    outputs : tuple of Output
        ``risk:<language>`` and ``out_of_scope:<language>``, which share their weights and differ in calibration;
        ``out:<kind>``; and one for each claim type.
    thresholds : mapping
        Probabilities: ``review``, ``priority``, ``with_finding`` for the risk and ``out_of_scope`` for the gate, each
        followed by ``:<language>``.
    facts : mapping
        How it was made: digest of the corpus, versions, seed.
    digest : str
        SHA-256 of the manifest, which holds the digests of the other files.
    """

    names: bytes
    rounded: NDArray[np.float16]
    scales: NDArray[np.float32]
    squares: NDArray[np.float64]
    outputs: tuple[Output, ...]
    thresholds: Mapping[str, float]
    type_thresholds: Mapping[str, float]
    facts: Mapping[str, Any]
    digest: str

    @cached_property
    def features(self) -> dict[str, int]:
        """Give the row of each feature by its name; for many words at once there is :mod:`classifier.fast.names`."""
        names = self.names.decode("utf-8").split("\n")
        return dict(zip(names, range(len(names)), strict=True))

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Give what one occurrence of each feature adds to the raw score of each output, before the norm."""
        return self.weights_of(np.arange(len(self.rounded)))

    def weights_of(self, rows: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float64]:
        """Give the weights of some features only: unpacking all of them takes longer than assessing many ads."""
        unpacked: NDArray[np.float64] = self.rounded[rows].astype(np.float64) * self.scales[rows].astype(np.float64)[:, None]
        return unpacked


@cache
def load_model() -> TrainedModel:
    """Load the model that ships with the package, once, and hold it against its pinned digest."""
    folder = files("classifier.model") / "trained"
    return read_model(folder, pinned=(folder / "manifest.sha256").read_text("ascii").strip())


def read_model(folder: Traversable, *, pinned: str | None = None) -> TrainedModel:
    """Read a model from a folder.

    Raises
    ------
    ModelError
        Files are missing or altered, the format is another, or arrays have other shapes or values than the manifest says.
    """
    name = str(folder)
    try:
        raw = (folder / "manifest.json").read_bytes()
        parts = {file: (folder / file).read_bytes() for file in _FILES}
    except OSError as error:
        raise ModelError(problem("model_missing", name, detail=str(error))) from error
    digest = hashlib.sha256(raw).hexdigest()
    if pinned is not None and digest != pinned:
        raise ModelError(problem("model_altered", f"{name}/manifest.json", expected=pinned[:12], found=digest[:12]))
    manifest = _manifest(name, raw)
    for file, content in parts.items():
        if len(content) > _MOST_BYTES:
            raise ModelError(problem("model_too_large", f"{name}/{file}", most=_MOST_BYTES))
        if hashlib.sha256(content).hexdigest() != manifest["files"][file]:
            raise ModelError(problem("model_altered", f"{name}/{file}"))
    return _assembled(name, manifest, parts, digest)


def _manifest(name: str, raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
    except ValueError as error:
        raise ModelError(problem("model_manifest", name, detail=str(error))) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelError(problem("model_format", name, expected=FORMAT))
    missing = {"files", "outputs", "thresholds", "type_thresholds", "facts"} - set(manifest)
    if missing:
        raise ModelError(problem("model_manifest", name, detail=", ".join(sorted(missing))))
    return manifest


def _assembled(name: str, manifest: dict[str, Any], parts: dict[str, bytes], digest: str) -> TrainedModel:
    names = parts["features.txt"]
    n_features = names.count(b"\n") + 1
    outputs = tuple(Output(**output) for output in manifest["outputs"])
    try:
        with np.load(io.BytesIO(parts["weights.npz"]), allow_pickle=False) as arrays:
            weights, scales = arrays["weights"], arrays["scales"]
    except (ValueError, KeyError, OSError) as error:
        raise ModelError(problem("model_arrays", name, detail=str(error))) from error
    if weights.shape != (n_features, len(outputs)) or scales.shape != (n_features,):
        raise ModelError(problem("model_shape", name, expected=(n_features, len(outputs)), found=weights.shape))
    if not (np.isfinite(weights).all() and np.isfinite(scales).all()):
        raise ModelError(problem("model_values", name))
    if not all(0 < t < 1 for t in (*manifest["thresholds"].values(), *manifest["type_thresholds"].values())):
        raise ModelError(problem("model_thresholds", name))
    return TrainedModel(
        names=names,
        rounded=weights,
        scales=scales,
        squares=scales.astype(np.float64) ** 2,
        outputs=outputs,
        thresholds=manifest["thresholds"],
        type_thresholds=manifest["type_thresholds"],
        facts=manifest["facts"],
        digest=digest,
    )


def write_model(
    folder: Path,
    *,
    features: list[str],
    weights: NDArray[np.float16],
    scales: NDArray[np.float32],
    outputs: list[Output],
    thresholds: Mapping[str, float],
    type_thresholds: Mapping[str, float],
    facts: Mapping[str, Any],
) -> str:
    """Write a model's files and give the digest of its manifest. The same model gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = io.BytesIO()
    np.savez_compressed(archive, weights=weights, scales=scales)
    parts = {"features.txt": "\n".join(features).encode(), "weights.npz": archive.getvalue()}
    manifest = {
        "format": FORMAT,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()},
        "outputs": [asdict(output) for output in outputs],
        "thresholds": dict(thresholds),
        "type_thresholds": dict(type_thresholds),
        "facts": dict(facts),
    }
    parts["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    digest = hashlib.sha256(parts["manifest.json"]).hexdigest()
    parts["manifest.sha256"] = f"{digest}\n".encode()
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    return digest
