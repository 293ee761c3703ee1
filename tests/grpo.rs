//! GRPO from Rust: options in files, the fused loss compared with the plain one, training that resumes.
#![cfg(feature = "grpo")]

use std::error::Error;

use r1rewards::grpo::optimizer::{
    AdamWConfig, Decay, GroupOptions, GrpoOptimizer, ParameterGroup, Reference, Replacement, Schedule,
};
use r1rewards::grpo::{
    Aggregation, Correction, GrpoConfig, GrpoLoss, KlEstimator, KlPenalty, Level, Mis, Pass, PolicyLoss, Scores, SequenceClip,
    TokenBatch, log_probs,
};
use tch::{Device, Kind, Tensor};

type Outcome = Result<(), Box<dyn Error>>;

struct Batch {
    hidden: Tensor,
    weight: Tensor,
    tokens: Tensor,
    mask: Tensor,
    advantages: Tensor,
    old: Tensor,
    reference: Tensor,
}

impl Batch {
    fn new() -> Self {
        tch::manual_seed(7);
        let normal = |shape: &[i64]| Tensor::randn(shape, (Kind::Double, Device::Cpu));
        Self {
            hidden: normal(&[3, 4, 5]).set_requires_grad(true),
            weight: normal(&[11, 5]).set_requires_grad(true),
            tokens: Tensor::randint(11, [3, 4], (Kind::Int64, Device::Cpu)),
            mask: Tensor::from_slice(&[1_i64, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0]).view([3, 4]),
            advantages: Tensor::from_slice(&[1.0, -0.5, 0.3]),
            old: normal(&[3, 4]) * 0.3 - 2.5,
            reference: normal(&[3, 4]) * 0.3 - 2.5,
        }
    }

    fn scores(&self) -> Scores<'_> {
        Scores::Hidden { hidden: &self.hidden, weight: &self.weight }
    }

    fn tokens(&self) -> TokenBatch<'_> {
        let parts = TokenBatch::new(&self.mask, &self.advantages);
        TokenBatch { old_log_probs: Some(&self.old), reference_log_probs: Some(&self.reference), ..parts }
    }

    fn log_probs(&self) -> Tensor {
        let logits = self.hidden.matmul(&self.weight.tr());
        logits.log_softmax(-1, Kind::Double).gather(-1, &self.tokens.unsqueeze(-1), false).squeeze_dim(-1)
    }
}

fn difference(one: &Tensor, other: &Tensor) -> f64 {
    (one - other).abs().max().double_value(&[])
}

#[test]
fn options_are_read_from_json_and_toml_alike() -> Outcome {
    let json = r#"{"loss": "gspo", "kl": {"coefficient": 0.01}, "correction": {"mis": {"level": "geometric"}}, "aggregation": {"constant_length": {"length": 64}}}"#;
    let toml = "loss = 'gspo'\nkl = { coefficient = 0.01 }\naggregation = { constant_length = { length = 64 } }\n[correction.mis]\nlevel = 'geometric'";
    let expected = GrpoConfig {
        loss: PolicyLoss::Gspo(SequenceClip::default()),
        aggregation: Some(Aggregation::ConstantLength { length: 64 }),
        kl: Some(KlPenalty { estimator: KlEstimator::K3, coefficient: 0.01, clamp: None }),
        correction: Some(Correction::Mis(Mis { level: Level::Geometric, ..Mis::default() })),
        ..GrpoConfig::default()
    };
    assert_eq!(GrpoConfig::from_json(json)?, expected);
    assert_eq!(toml::from_str::<GrpoConfig>(toml)?, expected);
    assert_eq!(GrpoConfig::from_json(&serde_json::to_string(&expected)?)?, expected);
    Ok(())
}

#[test]
fn every_loss_gives_the_same_gradients_fused_and_plain() -> Outcome {
    for name in PolicyLoss::NAMES {
        let loss: PolicyLoss = name.parse()?;
        let batch = Batch::new();
        let config = GrpoConfig { loss, kl: Some(KlPenalty::default()), ..GrpoConfig::default() };
        let loss = GrpoLoss::new(config)?;
        let plain = loss.loss(&batch.log_probs(), None, &batch.tokens())?;
        let expected = Tensor::f_run_backward(&[&plain.loss], &[&batch.hidden, &batch.weight], false, false)?;
        let fused =
            loss.fused(&batch.scores(), &batch.tokens, &batch.tokens(), Pass { chunk: Some(2), entropy: true, ..Pass::default() })?;
        let attached = fused.attach(&batch.scores())? * 2.0;
        attached.backward();
        assert!((plain.metrics.loss - fused.metrics.loss).abs() < 1e-12, "{:?}", config.loss);
        assert!(difference(&batch.hidden.grad(), &(&expected[0] * 2.0)) < 1e-12, "{:?}", config.loss);
        assert!(difference(&batch.weight.grad(), &(&expected[1] * 2.0)) < 1e-12, "{:?}", config.loss);
    }
    Ok(())
}

#[test]
fn log_probs_are_those_of_a_softmax_at_the_temperature() -> Outcome {
    let batch = Batch::new();
    let found = log_probs(&batch.scores(), &batch.tokens, None, 1.7, Pass { chunk: Some(5), entropy: true, squares: true })?;
    let logits = batch.hidden.matmul(&batch.weight.tr()) / 1.7;
    let expected = logits.log_softmax(-1, Kind::Double);
    let chosen = expected.gather(-1, &batch.tokens.unsqueeze(-1), false).squeeze_dim(-1);
    assert!(difference(&found.log_probs, &chosen) < 1e-12);
    let entropy = (&expected * expected.exp()).sum_dim_intlist(-1, false, Kind::Double).neg();
    assert!(difference(&found.entropy.ok_or("entropy")?, &entropy) < 1e-12);
    let squares = expected.exp().square().sum_dim_intlist(-1, false, Kind::Double);
    assert!(difference(&found.squares.ok_or("squares")?, &squares) < 1e-12);
    Ok(())
}

#[test]
fn nan_in_padding_never_reaches_an_attached_loss() -> Outcome {
    let batch = Batch::new();
    let padding = batch.mask.eq(0).unsqueeze(-1);
    let hidden = batch.hidden.detach().masked_fill(&padding, f64::NAN).set_requires_grad(true);
    let scores = Scores::Hidden { hidden: &hidden, weight: &batch.weight };
    let fused = GrpoLoss::new(GrpoConfig::default())?.fused(&scores, &batch.tokens, &batch.tokens(), Pass::default())?;
    let attached = fused.attach(&scores)?;
    attached.backward();
    assert!((attached.double_value(&[]) - fused.metrics.loss).abs() < 1e-12, "{attached:?}");
    assert_eq!(hidden.grad().isfinite().logical_not().sum(Kind::Int64).int64_value(&[]), 0);
    assert!(difference(&hidden.grad().masked_select(&padding), &Tensor::zeros([1], (Kind::Double, Device::Cpu))) == 0.0);
    Ok(())
}

#[test]
fn under_no_grad_no_gradient_is_computed() -> Outcome {
    let batch = Batch::new();
    let loss = GrpoLoss::new(GrpoConfig::default())?;
    let fused = tch::no_grad(|| loss.fused(&batch.scores(), &batch.tokens, &batch.tokens(), Pass::default()))?;
    assert!(fused.gradients.input.is_none() && fused.gradients.weight.is_none());
    let fused = loss.fused(&batch.scores(), &batch.tokens, &batch.tokens(), Pass::default())?;
    assert!(fused.gradients.input.is_some() && fused.gradients.weight.is_some());
    Ok(())
}

#[test]
fn a_head_with_bias_scale_and_soft_cap_has_the_gradients_of_autograd() -> Outcome {
    let batch = Batch::new();
    let bias = Tensor::randn([11], (Kind::Double, Device::Cpu)).set_requires_grad(true);
    let scores = Scores::Head { hidden: &batch.hidden, weight: &batch.weight, bias: Some(&bias), scale: 0.7, soft_cap: Some(1.5) };
    let logits = ((batch.hidden.matmul(&batch.weight.tr()) + &bias) * (0.7 / 1.5)).tanh() * 1.5;
    let log_probs = logits.log_softmax(-1, Kind::Double).gather(-1, &batch.tokens.unsqueeze(-1), false).squeeze_dim(-1);
    let loss = GrpoLoss::new(GrpoConfig::default())?;
    let plain = loss.loss(&log_probs, None, &batch.tokens())?;
    let expected = Tensor::f_run_backward(&[&plain.loss], &[&batch.hidden, &batch.weight, &bias], false, false)?;
    let fused = loss.fused(&scores, &batch.tokens, &batch.tokens(), Pass { chunk: Some(2), ..Pass::default() })?;
    fused.attach(&scores)?.backward();
    assert!((plain.metrics.loss - fused.metrics.loss).abs() < 1e-12);
    for (tensor, gradient) in [&batch.hidden, &batch.weight, &bias].into_iter().zip(&expected) {
        assert!(difference(&tensor.grad(), gradient) < 1e-12);
    }
    Ok(())
}

#[test]
fn what_libtorch_refuses_is_told_without_its_trace() {
    let error = GrpoLoss::new(GrpoConfig::default()).unwrap();
    let batch = Batch::new();
    let wrong = Tensor::zeros([3, 4], (Kind::Int64, Device::Cpu));
    let error = error.loss(&wrong, None, &batch.tokens()).unwrap_err();
    assert!(error.is_tensor() && error.to_string().contains("`log_probs` has dtype Int64"), "{error}");
    let cause = wrong.f_matmul(&wrong).unwrap_err();
    let error = r1rewards::Error::from(cause);
    assert!(error.is_backend() && !error.to_string().contains("Exception raised from"), "{error}");
}

#[test]
fn a_checkpoint_resumes_bit_for_bit() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("state.safetensors");
    let schedule = Schedule { warmup_steps: 1, decay: Decay::Linear { steps: 8, floor: 0.1 } };
    let config = AdamWConfig { learning_rate: 0.05, weight_decay: 0.1, schedule, ..AdamWConfig::default() };
    let start = || Tensor::from_slice(&[1.0_f32, -2.0, 3.0]).set_requires_grad(true);
    let make = |weight: &Tensor| GrpoOptimizer::new(vec![("weight".to_owned(), weight.shallow_clone())], config);
    let step = |weight: &Tensor, optimizer: &mut GrpoOptimizer| -> Result<(), r1rewards::Error> {
        weight.exp().sum(Kind::Float).backward();
        optimizer.step()?;
        optimizer.zero_grad()
    };
    let straight = start();
    let mut optimizer = make(&straight)?;
    step(&straight, &mut optimizer)?;
    optimizer.save(&path)?;
    step(&straight, &mut optimizer)?;

    let resumed = start();
    let mut again = make(&resumed)?;
    again.load(&path)?;
    step(&resumed, &mut again)?;
    assert_eq!(Vec::<f32>::try_from(straight.detach())?, Vec::<f32>::try_from(resumed.detach())?);
    Ok(())
}

#[test]
fn checkpoints_beside_each_other_share_no_unfinished_file() -> Outcome {
    let folder = tempfile::tempdir()?;
    let precious = folder.path().join("state.unfinished");
    std::fs::write(&precious, "mine")?;
    let weights: Vec<Tensor> = (0..2).map(|rank| Tensor::full([100_000], f64::from(rank), (Kind::Float, Device::Cpu))).collect();
    std::thread::scope(|scope| {
        for (rank, weight) in weights.iter().enumerate() {
            let weight = weight.shallow_clone();
            let path = folder.path().join(format!("state.rank{rank}"));
            scope.spawn(move || {
                let optimizer = GrpoOptimizer::new(vec![("weight".to_owned(), weight)], AdamWConfig::default()).unwrap();
                (0..10).for_each(|_| optimizer.save(&path).unwrap());
            });
        }
    });
    for rank in 0..2 {
        let weight = Tensor::full([100_000], -1.0, (Kind::Float, Device::Cpu));
        let mut optimizer = GrpoOptimizer::new(vec![("weight".to_owned(), weight.shallow_clone())], AdamWConfig::default())?;
        optimizer.load(&folder.path().join(format!("state.rank{rank}")))?;
        assert_eq!((weight.min().double_value(&[]), weight.max().double_value(&[])), (f64::from(rank), f64::from(rank)));
    }
    assert_eq!(std::fs::read_to_string(&precious)?, "mine");
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 3, "nothing unfinished is left");
    Ok(())
}

#[test]
fn groups_of_parameters_have_rates_of_their_own() -> Outcome {
    let make = || Tensor::from_slice(&[1.0_f32]).set_requires_grad(true);
    let (fast, slow, frozen) = (make(), make(), make());
    let config = AdamWConfig { learning_rate: 0.1, max_gradient_norm: None, ..AdamWConfig::default() };
    let group = |name: &str, tensor: &Tensor, options: GroupOptions| ParameterGroup {
        parameters: vec![(name.to_owned(), tensor.shallow_clone())],
        options,
    };
    let groups = vec![
        group("fast", &fast, GroupOptions::default()),
        group("slow", &slow, GroupOptions { learning_rate: Some(0.01), ..GroupOptions::default() }),
        group("frozen", &frozen, GroupOptions { learning_rate: Some(0.0), ..GroupOptions::default() }),
    ];
    let mut optimizer = GrpoOptimizer::with_groups(groups, config)?;
    (&fast * &slow * &frozen).sum(Kind::Float).backward();
    optimizer.step()?;
    let moved = |tensor: &Tensor| 1.0 - tensor.double_value(&[0]);
    assert!((moved(&fast) - 0.1).abs() < 1e-6 && (moved(&slow) - 0.01).abs() < 1e-6 && moved(&frozen) == 0.0);
    Ok(())
}

#[test]
fn a_reference_policy_follows_by_its_rule() -> Outcome {
    let (reference, policy) = (Tensor::zeros([2], (Kind::Float, Device::Cpu)), Tensor::ones([2], (Kind::Float, Device::Cpu)));
    let pair = || vec![(reference.shallow_clone(), policy.shallow_clone())];
    assert!(Reference::new(pair(), Replacement::Ema { decay: 0.75 })?.after_step(1)?);
    assert_eq!(reference.double_value(&[0]), 0.25);
    let mut periodic = Reference::new(pair(), Replacement::Periodic { every: 2 })?;
    assert!(!periodic.after_step(1)? && periodic.after_step(2)?);
    assert_eq!(reference.double_value(&[0]), 1.0);
    Ok(())
}
