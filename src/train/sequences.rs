//! Sequences of tokens with what a loss needs of each token, and batches of them as tensors.

use tch::{Device, Kind, Tensor};

use super::credit::AttemptCredit;
use super::rollout::Rollout;
use crate::{Error, Result};

/// A sequence that is trained on. All lists are as long as `tokens`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sequence {
    /// The tokens.
    pub tokens: Vec<i64>,
    /// Which tokens are trained on. The first token never is: nothing predicts it.
    pub trainable: Vec<bool>,
    /// The advantage of each token.
    pub advantages: Vec<f32>,
    /// The log-probability of each token when it was sampled; empty where there is none, as in fine-tuning.
    pub old_log_probs: Vec<f32>,
    /// The KL coefficient of each token; empty for the configured one.
    pub kl: Vec<f32>,
}

impl Sequence {
    /// Text to imitate, in parts: a part's tokens are trained on, or only read, as a prompt is.
    ///
    /// ```
    /// use r1rewards::train::Sequence;
    /// let sequence = Sequence::imitation(&[(&[5, 6], false), (&[7, 0], true)]);
    /// assert_eq!((sequence.tokens.len(), sequence.trainable_tokens()), (4, 2));
    /// ```
    pub fn imitation(parts: &[(&[i64], bool)]) -> Self {
        let tokens: Vec<i64> = parts.iter().flat_map(|(tokens, _)| tokens.iter().copied()).collect();
        let mut trainable: Vec<bool> = parts.iter().flat_map(|(tokens, trained)| vec![*trained; tokens.len()]).collect();
        if let Some(first) = trainable.first_mut() {
            *first = false;
        }
        Self { advantages: vec![1.0; tokens.len()], tokens, trainable, ..Self::default() }
    }

    /// A sampled episode with the credit of its attempts. Attempts that could not be judged are not trained on.
    pub fn of_rollout(rollout: &Rollout, credit: &[AttemptCredit]) -> Self {
        let length = rollout.tokens.len();
        let mut trainable = vec![false; length];
        let mut advantages = vec![0.0; length];
        let mut kl = vec![0.0; length];
        for ((_, range), credit) in rollout.sampled().zip(credit) {
            if credit.reward.is_none() {
                continue;
            }
            trainable[range.clone()].fill(true);
            #[expect(clippy::cast_possible_truncation, reason = "advantages are small numbers")]
            advantages[range.clone()].fill(credit.advantage as f32);
            #[expect(clippy::cast_possible_truncation, reason = "coefficients are small numbers")]
            kl[range].fill(credit.kl.unwrap_or(0.0) as f32);
        }
        if let Some(first) = trainable.first_mut() {
            *first = false;
        }
        if credit.iter().all(|credit| credit.kl.is_none()) {
            kl.clear();
        }
        Self { tokens: rollout.tokens.clone(), trainable, advantages, old_log_probs: rollout.log_probs.clone(), kl }
    }

    /// The number of tokens that are trained on.
    pub fn trainable_tokens(&self) -> usize {
        self.trainable.iter().filter(|trainable| **trainable).count()
    }
}

/// Sequences as tensors. T is one less than the longest length: position t predicts token t + 1.
#[derive(Debug)]
pub struct Padded {
    /// [B, T], int64: what the model reads.
    pub inputs: Tensor,
    /// [B, T], int64: what it predicts.
    pub targets: Tensor,
    /// [B, T], bool.
    pub mask: Tensor,
    /// [B, T], float32.
    pub advantages: Tensor,
    /// [B, T], float32.
    pub old_log_probs: Option<Tensor>,
    /// [B, T], float32.
    pub kl: Option<Tensor>,
}

impl Padded {
    /// The tensors of sequences, on a device.
    ///
    /// # Errors
    /// No sequence of at least two tokens; lists of different lengths; sequences of which only some have old
    /// log-probabilities or KL coefficients.
    pub fn new(sequences: &[&Sequence], device: Device) -> Result<Self> {
        let longest = sequences.iter().map(|sequence| sequence.tokens.len()).max().unwrap_or(0);
        if longest < 2 {
            return Err(Error::tensor("there is no sequence of at least two tokens: nothing can be predicted"));
        }
        for (place, sequence) in sequences.iter().enumerate() {
            sequence.check(place)?;
        }
        let width = longest - 1;
        let shape = [i64::try_from(sequences.len()).unwrap_or(0), i64::try_from(width).unwrap_or(0)];
        let tensor = |skip: usize, of: &dyn Fn(&Sequence) -> Vec<f32>| -> Result<Tensor> {
            let flat: Vec<f32> = sequences.iter().flat_map(|sequence| padded(of(sequence), skip, width, 0.0)).collect();
            Ok(Tensor::f_from_slice(&flat)?.f_view(shape)?.f_to_device(device)?)
        };
        let ids = |skip: usize| -> Result<Tensor> {
            let flat: Vec<i64> = sequences.iter().flat_map(|sequence| padded(sequence.tokens.clone(), skip, width, 0)).collect();
            Ok(Tensor::f_from_slice(&flat)?.f_view(shape)?.f_to_device(device)?)
        };
        let optional = |name: &str, of: fn(&Sequence) -> &Vec<f32>| -> Result<Option<Tensor>> {
            match sequences.iter().filter(|sequence| !of(sequence).is_empty()).count() {
                0 => Ok(None),
                count if count == sequences.len() => Ok(Some(tensor(1, &|sequence| of(sequence).clone())?)),
                count => Err(Error::tensor(format_args!(
                    "{count} of {} sequences have `{name}`: give them to all or to none",
                    sequences.len()
                ))),
            }
        };
        let mask = tensor(1, &|sequence| sequence.trainable.iter().map(|trainable| f32::from(u8::from(*trainable))).collect())?;
        Ok(Self {
            inputs: ids(0)?.f_contiguous()?,
            targets: ids(1)?,
            mask: mask.f_to_kind(Kind::Bool)?,
            advantages: tensor(1, &|sequence| sequence.advantages.clone())?,
            old_log_probs: optional("old_log_probs", |sequence| &sequence.old_log_probs)?,
            kl: optional("kl", |sequence| &sequence.kl)?,
        })
    }
}

impl Sequence {
    fn check(&self, place: usize) -> Result<()> {
        let length = self.tokens.len();
        let lists = [
            ("trainable", self.trainable.len()),
            ("advantages", self.advantages.len()),
            ("old_log_probs", if self.old_log_probs.is_empty() { length } else { self.old_log_probs.len() }),
            ("kl", if self.kl.is_empty() { length } else { self.kl.len() }),
        ];
        match lists.into_iter().find(|(_, entries)| *entries != length) {
            Some((name, entries)) => Err(Error::tensor(format_args!(
                "sequence {place} has {length} tokens and {entries} entries of `{name}`: give one for each token"
            ))),
            None => Ok(()),
        }
    }
}

/// The entries from `skip` on, cut or filled up to `width`.
fn padded<T: Clone>(list: Vec<T>, skip: usize, width: usize, fill: T) -> impl Iterator<Item = T> {
    list.into_iter().skip(skip).chain(std::iter::repeat(fill)).take(width)
}
