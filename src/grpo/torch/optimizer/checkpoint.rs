//! The state of an optimizer, with its parameters, in one safetensors file.
//!
//! Accepts: files that [`GrpoOptimizer::save`] wrote for the same parameters. Refuses: other files. The error names the
//! tensor that is missing, has another shape or belongs to no parameter, and nothing is changed then.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use safetensors::tensor::{Dtype, SafeTensors, View};
use tch::{Device, Kind, Tensor};

use super::step::{GrpoOptimizer, Parameter};
use crate::{Error, Result};

/// The key of the metadata with the number of steps.
const STEPS: &str = "r1rewards.steps";

impl GrpoOptimizer {
    /// Writes parameters and state to a file, which appears complete or not at all. On a CPU, training that resumes
    /// from it gives the same bits as training that did not stop.
    ///
    /// # Errors
    /// A file that cannot be written; a parameter without memory of its own, for example one that FSDP has sharded.
    pub fn save(&self, path: &Path) -> Result<()> {
        let mut tensors = Vec::new();
        for parameter in &self.parameters {
            for (part, tensor) in parts(parameter) {
                let key = format!("{part}.{}", parameter.name);
                let stored = Stored::new(&key, tensor)?;
                tensors.push((key, stored));
            }
        }
        let metadata = HashMap::from([(STEPS.to_owned(), self.steps().to_string())]);
        let bytes = safetensors::serialize(tensors, Some(metadata))
            .map_err(|error| Error::tensor(format_args!("{}: {error}", path.display())))?;
        write_whole(path, &bytes).map_err(|cause| Error::io(path.display(), cause))
    }

    /// Reads parameters and state from a file, in place.
    ///
    /// # Errors
    /// A file that cannot be read, or that belongs to other parameters.
    pub fn load(&mut self, path: &Path) -> Result<()> {
        let _guard = tch::no_grad_guard();
        let name = path.display();
        let bytes = std::fs::read(path).map_err(|cause| Error::io(&name, cause))?;
        let broken = |error: safetensors::SafeTensorError| Error::tensor(format_args!("{name} is no checkpoint: {error}"));
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(broken)?;
        let steps = header.metadata().as_ref().and_then(|metadata| metadata.get(STEPS)?.parse().ok());
        let Some(steps) = steps else {
            return Err(Error::tensor(format_args!("{name} says nothing of `{STEPS}`: give a file that the optimizer saved")));
        };
        let file = SafeTensors::deserialize(&bytes).map_err(broken)?;
        let mut found = Vec::new();
        for parameter in &self.parameters {
            for (part, tensor) in parts(parameter) {
                let key = format!("{part}.{}", parameter.name);
                let view = file.tensor(&key).map_err(|error| Error::tensor(format_args!("{name} has no `{key}`: {error}")))?;
                let shape: Vec<i64> = view.shape().iter().map(|&size| i64::try_from(size).unwrap_or(i64::MAX)).collect();
                if shape != tensor.size() {
                    return Err(Error::tensor(format_args!(
                        "{name}: `{key}` has shape {shape:?} and the parameter {:?}",
                        tensor.size()
                    )));
                }
                let stored = Tensor::f_from_data_size(view.data(), &shape, kind(view.dtype())?)?;
                found.push((tensor.shallow_clone(), stored));
            }
        }
        let known: HashSet<&str> = self.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let stranger = file.names().into_iter().find_map(|key| key.strip_prefix("parameter.").filter(|name| !known.contains(name)));
        if let Some(stranger) = stranger {
            return Err(Error::tensor(format_args!(
                "{name} has the parameter `{stranger}`, which the optimizer has not: it is a checkpoint of another model"
            )));
        }
        for (mut tensor, stored) in found {
            tensor.f_copy_(&stored)?;
        }
        self.steps = steps;
        Ok(())
    }
}

/// Writes a file beside the path, under a name that no other rank, thread or file has, and renames it.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let (unfinished, mut file) = loop {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.{}.unfinished", std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed)));
        let unfinished = path.with_file_name(name);
        match File::create_new(&unfinished) {
            // Left by a killed process of the same id, as after the restart of a container: try the next name.
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
            created => break (unfinished, created?),
        }
    };
    // Synced before it is renamed: otherwise the file could be empty after a power failure.
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| std::fs::rename(&unfinished, path));
    if written.is_err() {
        // The error of the write is reported; one of removing the unfinished file is not.
        let _ = std::fs::remove_file(&unfinished);
    }
    written
}

fn parts(parameter: &Parameter) -> impl Iterator<Item = (&'static str, &Tensor)> {
    [
        ("parameter", Some(&parameter.value)),
        ("master", parameter.master.as_ref()),
        ("mean", Some(&parameter.mean)),
        ("square", Some(&parameter.square)),
        ("step", Some(&parameter.step)),
    ]
    .into_iter()
    .filter_map(|(part, tensor)| Some((part, tensor?)))
}

/// A tensor's bytes.
struct Stored {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Stored {
    fn new(key: &str, tensor: &Tensor) -> Result<Self> {
        let tensor = tensor.f_detach()?.f_to_device(Device::Cpu)?.f_contiguous()?;
        // A parameter that fully_shard has sharded has its memory elsewhere; reading it here would end the process.
        if tensor.numel() > 0 && tensor.data_ptr().is_null() {
            return Err(Error::tensor(format_args!(
                "`{key}` has no memory of its own, as a parameter that FSDP has sharded (a DTensor): give the optimizer its local part, or save it gathered"
            )));
        }
        let (dtype, width) = match tensor.kind() {
            Kind::Float => (Dtype::F32, 4),
            Kind::Double => (Dtype::F64, 8),
            Kind::BFloat16 => (Dtype::BF16, 2),
            Kind::Half => (Dtype::F16, 2),
            other => return Err(Error::tensor(format_args!("a parameter of dtype {other:?} has no place in a checkpoint"))),
        };
        let mut bytes = vec![0; tensor.numel() * width];
        tensor.f_copy_data_u8(&mut bytes, tensor.numel())?;
        let shape = tensor.size().into_iter().map(|size| usize::try_from(size).unwrap_or(0)).collect();
        Ok(Self { dtype, shape, bytes })
    }
}

impl View for Stored {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

fn kind(dtype: Dtype) -> Result<Kind> {
    match dtype {
        Dtype::F32 => Ok(Kind::Float),
        Dtype::F64 => Ok(Kind::Double),
        Dtype::BF16 => Ok(Kind::BFloat16),
        Dtype::F16 => Ok(Kind::Half),
        other => Err(Error::tensor(format_args!("a checkpoint with dtype {other:?} was not written by the optimizer"))),
    }
}
