//! The policy losses, row by row.

mod clip;
mod covariance;
mod inputs;
mod sequence;
mod trust_region;
mod weighted;

use super::options::PolicyLoss;
use crate::Result;

pub(super) use inputs::{Inputs, Terms};

/// The policy loss of each row.
pub(super) fn policy(loss: &PolicyLoss, inputs: &Inputs) -> Result<Terms> {
    match *loss {
        PolicyLoss::PpoClip(constants) => clip::ppo_clip(inputs, constants),
        PolicyLoss::DualClip(constants) => clip::dual_clip(inputs, constants),
        PolicyLoss::TwoSided(constants) => clip::two_sided(inputs, constants),
        PolicyLoss::Gspo(constants) => sequence::gspo(inputs, constants),
        PolicyLoss::GspoToken(constants) => sequence::gspo_token(inputs, constants),
        PolicyLoss::CispoCap(constants) => weighted::cispo_cap(inputs, constants),
        PolicyLoss::CispoBand(constants) => weighted::cispo_band(inputs, constants),
        PolicyLoss::Gmpo(constants) => sequence::gmpo(inputs, constants),
        PolicyLoss::Sapo(constants) => weighted::sapo(inputs, constants),
        PolicyLoss::Dppo(constants) => trust_region::dppo(inputs, constants),
        PolicyLoss::DppoKl(constants) => trust_region::dppo_kl(inputs, constants),
        PolicyLoss::Vespo(constants) => sequence::vespo(inputs, constants),
        PolicyLoss::Fipo(constants) => sequence::fipo(inputs, constants),
        PolicyLoss::ClipCov(constants) => covariance::clip_cov(inputs, constants),
        PolicyLoss::KlCov(constants) => covariance::kl_cov(inputs, constants),
        PolicyLoss::Dro(constants) => weighted::dro(inputs, constants),
        PolicyLoss::Reinforce(constants) => weighted::reinforce(inputs, constants),
    }
}
