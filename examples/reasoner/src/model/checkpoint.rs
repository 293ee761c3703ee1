//! Models in the folders that transformers reads and writes: `config.json` with `model.safetensors`, or with several files
//! that `model.safetensors.index.json` lists.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use r1rewards::train::Policy as _;
use safetensors::tensor::{Dtype, SafeTensors, View, serialize_to_file};
use serde_json::Value;
use tch::{Device, Kind, Tensor};

use super::config_json::{self, TokenIds};
use super::parameters::{Fill, Source};
use super::{HEAD, Transformer};

const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

impl Transformer {
    /// Reads a checkpoint of float32, bfloat16 or float16 numbers, whose parameters become `kind`.
    ///
    /// # Errors
    /// A file that cannot be read; a model that is not supported; a tensor that is missing, is of another shape or has no
    /// place in the model.
    pub fn load(folder: &Path, kind: Kind, device: Device) -> Result<Self> {
        let config = config_json::read(folder)?;
        let mut stored = Stored { folder: folder.to_owned(), tensors: read_all(folder)?, place: (kind, device) };
        let model = Self::build(config, &mut stored, (kind, device))?;
        stored.finish(&model)?;
        Ok(model)
    }

    /// Writes a checkpoint that [`load`](Self::load) and transformers read. `tokens` are the ids that `config.json` names.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn save(&self, folder: &Path, tokens: &TokenIds) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let views = self.parameters().into_iter().map(|(name, tensor)| Ok((name, Stowed::of(&tensor)?)));
        let views = views.collect::<Result<Vec<_>>>()?;
        let (path, unfinished) = (folder.join(WEIGHTS), folder.join("model.safetensors.unfinished"));
        // transformers refuses files that do not say where their tensors come from.
        let facts = HashMap::from([("format".to_owned(), "pt".to_owned())]);
        serialize_to_file(views, Some(facts), &unfinished).with_context(|| format!("cannot write {}", path.display()))?;
        let config = config_json::to_json(&self.config, self.embedding.kind(), tokens)?;
        let beside = folder.join(config_json::CONFIG);
        config_json::write_json(&beside, &config)?;
        // safetensors makes files that only their owner can read.
        let permissions = fs::metadata(&beside).map(|facts| facts.permissions());
        let finished = permissions.and_then(|as_beside| fs::set_permissions(&unfinished, as_beside));
        finished.and_then(|()| fs::rename(&unfinished, &path)).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The tensors of a checkpoint that are not yet in the model.
struct Stored {
    folder: PathBuf,
    tensors: BTreeMap<String, Tensor>,
    place: (Kind, Device),
}

impl Source for Stored {
    fn parameter(&mut self, name: &str, shape: &[i64], _fill: Fill) -> Result<Tensor> {
        let folder = self.folder.display();
        let Some(found) = self.tensors.remove(name) else {
            let fix = if name == HEAD {
                "if the output layer is the embedding, `tie_word_embeddings` of config.json must be true"
            } else {
                "config.json and the tensors must be of the same causal language model"
            };
            bail!("{folder}: there is no tensor `{name}` of shape {shape:?}: {fix}; left are {}", listed(&self.tensors));
        };
        ensure!(
            found.size() == shape,
            "{folder}: tensor `{name}` has shape {:?}, and config.json says {shape:?}: they must be of the same model",
            found.size()
        );
        let (kind, device) = self.place;
        Ok(found.f_to_kind(kind)?.f_to_device(device)?.f_set_requires_grad(true)?)
    }
}

impl Stored {
    /// Checks that nothing is left.
    fn finish(mut self, model: &Transformer) -> Result<()> {
        let folder = self.folder.display();
        if model.head.is_none()
            && let Some(head) = self.tensors.remove(HEAD)
        {
            let head = head.f_to_kind(self.place.0)?.f_to_device(self.place.1)?;
            ensure!(
                head.size() == model.embedding.size() && head.f_equal(&model.embedding)?,
                "{folder}: `{HEAD}` differs from the embedding, and `tie_word_embeddings` is true: set it to false, or drop the tensor"
            );
        }
        ensure!(
            self.tensors.is_empty(),
            "{folder}: the model of config.json has no place for {}: they must be of the same causal language model",
            listed(&self.tensors)
        );
        Ok(())
    }
}

/// The names of some tensors.
fn listed(tensors: &BTreeMap<String, Tensor>) -> String {
    let names: Vec<String> = tensors.iter().take(4).map(|(name, tensor)| format!("`{name}` {:?}", tensor.size())).collect();
    match (names.is_empty(), tensors.len().saturating_sub(names.len())) {
        (true, _) => "no tensors".to_owned(),
        (false, 0) => names.join(", "),
        (false, more) => format!("{} and {more} more", names.join(", ")),
    }
}

fn read_all(folder: &Path) -> Result<BTreeMap<String, Tensor>> {
    let mut tensors = BTreeMap::new();
    if folder.join(WEIGHTS).exists() {
        read_file(&folder.join(WEIGHTS), &mut tensors)?;
        return Ok(tensors);
    }
    let index = folder.join(INDEX);
    ensure!(
        index.exists(),
        "{} has neither {WEIGHTS} nor {INDEX}: a checkpoint in another format must be converted with transformers' save_pretrained",
        folder.display()
    );
    let listed = read_index(&index).with_context(|| index.display().to_string())?;
    let mut files: Vec<&String> = listed.values().collect();
    files.sort_unstable();
    files.dedup();
    for file in files {
        read_file(&folder.join(file), &mut tensors)?;
    }
    if let Some((name, file)) = listed.iter().find(|(name, _)| !tensors.contains_key(*name) && !derived(name)) {
        bail!("{}: `{name}` is not in {file}: the download is incomplete, or the files are of different models", index.display());
    }
    Ok(tensors)
}

/// The file of each tensor.
fn read_index(path: &Path) -> Result<BTreeMap<String, String>> {
    let value = config_json::read_json(path)?;
    let map =
        value.get("weight_map").and_then(Value::as_object).context("`weight_map` is missing: it tells the file of each tensor")?;
    let entry = |(name, file): (&String, &Value)| {
        let file = file.as_str().filter(|file| Path::new(file).file_name().is_some_and(|name| name == *file));
        Ok((name.clone(), file.with_context(|| format!("`{name}`: the name of a file in the same folder is expected"))?.to_owned()))
    };
    map.iter().map(entry).collect()
}

fn read_file(path: &Path, tensors: &mut BTreeMap<String, Tensor>) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = SafeTensors::deserialize(&bytes)
        .with_context(|| format!("{} is no safetensors file, or not a whole one", path.display()))?;
    for (name, view) in file.iter() {
        if derived(name) {
            continue;
        }
        let kind = match view.dtype() {
            Dtype::F32 => Kind::Float,
            Dtype::BF16 => Kind::BFloat16,
            Dtype::F16 => Kind::Half,
            other => bail!("{}: tensor `{name}` is {other:?}: F32, BF16 and F16 are supported", path.display()),
        };
        let shape = view.shape().iter().map(|size| i64::try_from(*size)).collect::<Result<Vec<i64>, _>>()?;
        let tensor = Tensor::f_from_data_size(view.data(), &shape, kind)?;
        if tensors.insert(name.to_owned(), tensor).is_some() {
            bail!("{}: tensor `{name}` is in an earlier file, too: the files are of different models", path.display());
        }
    }
    Ok(())
}

/// Whether a tensor follows from config.json: older versions of transformers stored the rotary frequencies.
fn derived(name: &str) -> bool {
    name.ends_with("rotary_emb.inv_freq")
}

/// A tensor to write.
struct Stowed {
    tensor: Tensor,
    shape: Vec<usize>,
    kind: Dtype,
}

impl Stowed {
    fn of(tensor: &Tensor) -> Result<Self> {
        let kind = match tensor.kind() {
            Kind::Float => Dtype::F32,
            Kind::BFloat16 => Dtype::BF16,
            Kind::Half => Dtype::F16,
            other => bail!("parameters are {other:?}: a checkpoint holds float32, bfloat16 or float16"),
        };
        let shape = tensor.size().into_iter().map(usize::try_from).collect::<Result<_, _>>()?;
        Ok(Self { tensor: tensor.f_detach()?.f_to_device(Device::Cpu)?.f_contiguous()?, shape, kind })
    }
}

impl View for Stowed {
    fn dtype(&self) -> Dtype {
        self.kind
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let mut bytes = vec![0; self.data_len()];
        self.tensor.copy_data_u8(&mut bytes, self.tensor.numel());
        bytes.into()
    }

    fn data_len(&self) -> usize {
        self.tensor.numel() * self.tensor.kind().elt_size_in_bytes()
    }
}
