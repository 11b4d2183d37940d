// Calls that the kernel refuses to a program, with an error of the test's choice, as an older kernel, a sandbox or
// a security module does. A seccomp filter belongs to a thread and is inherited: so the child is started by a
// thread of its own, which has the filter, and no launcher is needed. See seccomp(2).

import Foundation
import Glibc

/// A call that fails.
struct Refusal: CustomStringConvertible, Sendable {
    /// By its name, as strace(1) has it.
    enum Call: String, Sendable {
        case splice, sendfile, recvmmsg, socket, clone, clone3
        case pidfdOpen = "pidfd_open"
        case pidfdGetfd = "pidfd_getfd"
    }

    let call: Call
    let error: Int32
    /// Only where this argument has one of these bits set, or is that number.
    var condition: Condition?

    enum Condition: Sendable {
        case equal(argument: Int, UInt32)
        case bits(argument: Int, UInt32)
    }

    init(_ call: Call, _ error: Int32, where condition: Condition? = nil) {
        (self.call, self.error, self.condition) = (call, error, condition)
    }

    /// The sockets of one family.
    static func sockets(_ family: Int32, _ error: Int32) -> Refusal {
        Refusal(.socket, error, where: .equal(argument: 0, UInt32(family)))
    }

    /// That a thread is started. A process still can be.
    static func threads(_ error: Int32) -> [Refusal] {
        let cloneThread: UInt32 = 0x10000
        // glibc falls back from clone3, whose flags a filter cannot see, to clone.
        return [
            Refusal(.clone3, ENOSYS), Refusal(.clone, error, where: .bits(argument: 0, cloneThread)),
        ]
    }

    var description: String { "\(call.rawValue) \(String(cString: strerror(error)))" }
}

/// Runs `body` on a thread for which these calls fail, and for the programs that it starts.
func withRefusals<Result>(_ refusals: [Refusal], _ body: @escaping () throws -> Result) throws -> Result {
    if refusals.isEmpty { return try body() }
    nonisolated(unsafe) var result: Swift.Result<Result, any Error>?
    nonisolated(unsafe) let body = body
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
        result = Swift.Result {
            try install(refusals.flatMap(\.program) + [Instruction.allow])
            return try body()
        }
        isDone.signal()
    }
    isDone.wait()
    return try result!.get()
}

/// `struct sock_filter`: an instruction of the classic BPF.
private struct Instruction {
    let code: UInt16
    var whenTrue: UInt8 = 0
    var whenFalse: UInt8 = 0
    let value: UInt32

    /// SECCOMP_RET_ALLOW.
    static let allow = Instruction(code: 0x06, value: 0x7fff_0000)
}

extension Refusal {
    /// Goes to the next refusal, or returns the error. `struct seccomp_data` has the call's number at 0, the
    /// arguments from 16 on, 8 bytes each.
    fileprivate var program: [Instruction] {
        let failure = Instruction(code: 0x06, value: 0x0005_0000 | UInt32(error))
        let number = Instruction(code: 0x20, value: 0)
        switch condition {
        case nil:
            return [number, Instruction(code: 0x15, whenFalse: 1, value: call.number), failure]
        case .equal(let argument, let value), .bits(let argument, let value):
            let isEqual = if case .equal = condition { true } else { false }
            return [
                number, Instruction(code: 0x15, whenFalse: 3, value: call.number),
                Instruction(code: 0x20, value: UInt32(16 + 8 * argument)),
                Instruction(code: isEqual ? 0x15 : 0x45, whenFalse: 1, value: value), failure,
            ]
        }
    }
}

extension Refusal.Call {
    fileprivate var number: UInt32 {
        #if arch(x86_64)
            switch self {
            case .sendfile: 40
            case .socket: 41
            case .clone: 56
            case .splice: 275
            case .recvmmsg: 299
            case .pidfdOpen: 434
            case .clone3: 435
            case .pidfdGetfd: 438
            }
        #else
            // The numbers of all newer architectures.
            switch self {
            case .sendfile: 71
            case .splice: 76
            case .socket: 198
            case .clone: 220
            case .recvmmsg: 243
            case .pidfdOpen: 434
            case .clone3: 435
            case .pidfdGetfd: 438
            }
        #endif
    }
}

/// Gives this thread a filter: `prctl(2)`, which is variadic and so not in the module Glibc.
private func install(_ program: [Instruction]) throws {
    typealias Control = @convention(c) (CInt, UInt, UInt, UInt, UInt) -> CInt
    let prctl = unsafeBitCast(dlsym(nil, "prctl"), to: Control.self)
    let (noNewPrivileges, setSeccomp, filter): (CInt, CInt, UInt) = (38, 22, 2)
    try program.withUnsafeBytes { instructions in
        // struct sock_fprog: the length, and the instructions at the next word.
        var description: (UInt, UInt) = (
            UInt(instructions.count / MemoryLayout<Instruction>.size),
            UInt(bitPattern: instructions.baseAddress)
        )
        try withUnsafePointer(to: &description) { pointer in
            guard prctl(noNewPrivileges, 1, 0, 0, 0) == 0,
                prctl(setSeccomp, filter, UInt(bitPattern: pointer), 0, 0) == 0
            else { throw Unexpected.call("prctl PR_SET_SECCOMP") }
        }
    }
}
