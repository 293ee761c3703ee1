//! Checkpoints of training: a folder that appears complete or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use tch::Tensor;

use super::policy::Policy;
use super::sft::FineTuning;
use super::trainer::Trainer;
use crate::{Error, Result};

const OPTIMIZER: &str = "optimizer.safetensors";
const REFERENCE: &str = "reference.safetensors";
const STATE: &str = "state.json";

impl<P: Policy + ?Sized> Trainer<'_, P> {
    /// Writes parameters, optimizer, reference and counters to a folder. On a CPU, training that resumes from it gives
    /// the same bits as training that did not stop.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn save(&self, folder: &Path) -> Result<()> {
        write_folder(folder, |folder| {
            self.optimizer.save(&folder.join(OPTIMIZER))?;
            if let Some(reference) = self.reference {
                Tensor::write_safetensors(&reference.parameters(), folder.join(REFERENCE))?;
            }
            write_text(&folder.join(STATE), &serde_json::json!(self.state).to_string())
        })
    }

    /// Continues from a folder that [`Trainer::save`] wrote for the same policy and options.
    ///
    /// # Errors
    /// A folder that cannot be read, or that belongs to another model.
    pub fn load(&mut self, folder: &Path) -> Result<()> {
        let folder = complete(folder);
        let path = folder.join(STATE);
        let text = fs::read_to_string(&path).map_err(|cause| Error::io(path.display(), cause))?;
        let state = serde_json::from_str(&text).map_err(|error| Error::data(format_args!("{}: {error}", path.display())))?;
        if let Some(reference) = self.reference {
            read_parameters(&folder.join(REFERENCE), &reference.parameters())?;
        }
        self.optimizer.load(&folder.join(OPTIMIZER))?;
        self.state = state;
        Ok(())
    }
}

impl<P: Policy + ?Sized> FineTuning<'_, P> {
    /// Writes parameters and optimizer to a folder.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn save(&self, folder: &Path) -> Result<()> {
        write_folder(folder, |folder| self.optimizer.save(&folder.join(OPTIMIZER)))
    }

    /// Continues from a folder that [`FineTuning::save`] wrote for the same policy.
    ///
    /// # Errors
    /// A folder that cannot be read, or that belongs to another model.
    pub fn load(&mut self, folder: &Path) -> Result<()> {
        self.optimizer.load(&complete(folder).join(OPTIMIZER))
    }
}

/// Reads parameters by name, in place.
fn read_parameters(path: &Path, parameters: &[(String, Tensor)]) -> Result<()> {
    let _guard = tch::no_grad_guard();
    let mut found: std::collections::HashMap<String, Tensor> = Tensor::read_safetensors(path)?.into_iter().collect();
    for (name, parameter) in parameters {
        let stored = found.remove(name).filter(|stored| stored.size() == parameter.size()).ok_or_else(|| {
            Error::tensor(format_args!(
                "{} has no `{name}` of shape {:?}: it is of another model",
                path.display(),
                parameter.size()
            ))
        })?;
        parameter.shallow_clone().f_copy_(&stored)?;
    }
    Ok(())
}

/// Fills a folder beside the path and then moves it there; what was there before is removed last.
fn write_folder(folder: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let at = |path: &Path| {
        let shown = path.display().to_string();
        move |cause: std::io::Error| Error::io(shown, cause)
    };
    let unfinished = beside(folder, "unfinished");
    let earlier = beside(folder, "earlier");
    let _ = fs::remove_dir_all(&unfinished);
    fs::create_dir_all(&unfinished).map_err(at(&unfinished))?;
    fill(&unfinished)?;
    if folder.exists() {
        let _ = fs::remove_dir_all(&earlier);
        fs::rename(folder, &earlier).map_err(at(folder))?;
    }
    fs::rename(&unfinished, folder).map_err(at(folder))?;
    let _ = fs::remove_dir_all(&earlier);
    Ok(())
}

/// The folder, or the one before it where a write was interrupted between its two moves.
fn complete(folder: &Path) -> PathBuf {
    let earlier = beside(folder, "earlier");
    if !folder.exists() && earlier.exists() { earlier } else { folder.to_owned() }
}

fn beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    folder.with_file_name(name)
}

fn write_text(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|cause| Error::io(path.display(), cause))
}
