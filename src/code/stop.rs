//! Why an instance stopped before it gave a reply.
//!
//! Covers every way in which a guest can end. No value here holds one of wasmtime's error types.

use crate::Reason;

/// The end of an instance; it takes no more requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The fuel of the request was spent.
    Fuel,
    /// The memory limit was reached and the guest could not continue.
    Memory,
    /// The program wrote more output than the limit.
    Output,
    /// The stack was used up.
    Stack,
    /// The program ended the process itself, with this code.
    Exit(i32),
    /// The program called the host, which answers only the instance that runs tests.
    HostCall,
    /// The reply is not a message.
    Reply(String),
    /// The reply is too long to be read: its bytes, and the limit.
    TooLarge(usize, usize),
    /// The interpreter aborted or trapped.
    Crash(String),
    /// The solution failed in a way that tests cannot catch: the reason and what happened.
    Solution(Reason, String),
    /// A fault of the engine.
    Internal(String),
}

impl Stop {
    /// The reason of the outcome.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Fuel => Reason::OutOfFuel,
            Self::Memory => Reason::OutOfMemory,
            Self::Output => Reason::OutputLimit,
            Self::Stack => Reason::StackOverflow,
            Self::Exit(_) => Reason::Exited,
            Self::HostCall | Self::Reply(_) => Reason::ForgedReply,
            Self::TooLarge(..) => Reason::TooLarge,
            Self::Crash(_) => Reason::RuntimeError,
            Self::Solution(reason, _) => *reason,
            Self::Internal(_) => Reason::Internal,
        }
    }

    /// What happened, in words.
    pub fn detail(&self) -> String {
        match self {
            Self::Fuel => "the program used all the fuel of the request".to_owned(),
            Self::Memory => "the program asked for more memory than the limit".to_owned(),
            Self::Output => "the program wrote more output than the limit".to_owned(),
            Self::Stack => "the program's recursion used up the stack".to_owned(),
            Self::Exit(code) => format!("the program ended the process with code {code}"),
            Self::HostCall => "the program called the host, which answers only the instance that runs tests".to_owned(),
            Self::TooLarge(bytes, most) => {
                format!("what the program gave takes {bytes} bytes as a message; at most {most} are read")
            }
            Self::Reply(what) => format!("the program's interpreter sent a malformed reply: {what}"),
            Self::Crash(what) | Self::Solution(_, what) | Self::Internal(what) => what.clone(),
        }
    }
}
