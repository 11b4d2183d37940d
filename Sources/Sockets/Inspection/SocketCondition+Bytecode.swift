// The same condition as a program that the kernel runs for each socket of a dump: INET_DIAG_REQ_BYTECODE. Of 20,000
// sockets the kernel then copies out only those that are asked for.
//
// A program is a sequence of operations. Each has a length, `yes`, by which the kernel goes on where the operation
// holds, and an offset `no` from its own beginning, to which it goes where it does not. Offsets only lead forward, and
// onto the beginning of an operation. The end of the program is the answer yes; what lies four bytes behind it is the
// answer no.

import CLinux
import Glibc

extension SocketCondition {
    /// The program; nil where it is longer than what pays: the kernel runs it for each socket, and checks each jump
    /// against all of it.
    package var bytecode: [UInt8]? {
        var assembler = BytecodeAssembler()
        assembler.append(self, otherwise: .rejected)
        return assembler.code.count <= Self.longestProgram ? assembler.finished : nil
    }

    private static let longestProgram = 4096
}

/// Puts the operations one after the other, and fills in where to go on when all is there.
private struct BytecodeAssembler {
    private(set) var code: [UInt8] = []
    /// The operations that leave to a place that is not there yet.
    private var jumps: [(from: Int, to: Label)] = []
    /// Where the labels are.
    private var places: [Int] = []

    enum Label {
        /// The answer no.
        case rejected
        case place(Int)
    }

    /// What is met goes on behind the code of the condition.
    mutating func append(_ condition: SocketCondition, otherwise target: Label) {
        switch condition {
        case .localPort(let ports):
            append(ports, atLeast: clinux_bytecode_local_at_least, clinux_bytecode_local_at_most, target)
        case .peerPort(let ports):
            append(ports, atLeast: clinux_bytecode_peer_at_least, clinux_bytecode_peer_at_most, target)
        case .localAddress(let block): append(block, clinux_bytecode_local_address, target)
        case .peerAddress(let block): append(block, clinux_bytecode_peer_address, target)
        case .all(let conditions):
            for condition in conditions { append(condition, otherwise: target) }
        case .any(let conditions):
            let end = label()
            for condition in conditions.dropLast() {
                let next = label()
                append(condition, otherwise: next)
                append(clinux_bytecode_jump, [], end)
                place(next)
            }
            if let last = conditions.last {
                append(last, otherwise: target)
            } else {
                append(clinux_bytecode_jump, [], target)
            }
            place(end)
        }
    }

    /// The program, with its jumps.
    var finished: [UInt8] {
        var code = code
        for jump in jumps {
            let target =
                switch jump.to {
                case .rejected: code.count + 4
                case .place(let label): places[label]
                }
            let no = UInt16(truncatingIfNeeded: target - jump.from)
            code.replaceSubrange(jump.from + 2..<jump.from + 4, with: no.kernelBytes)
        }
        return code
    }

    /// Two comparisons, of which the one that always holds is left out. In each the port stands where an operation
    /// has its offset.
    private mutating func append(
        _ ports: ClosedRange<UInt16>, atLeast: UInt8, _ atMost: UInt8, _ target: Label
    ) {
        if ports.lowerBound > .min { append(atLeast, [0, 0] + ports.lowerBound.kernelBytes, target) }
        if ports.upperBound < .max { append(atMost, [0, 0] + ports.upperBound.kernelBytes, target) }
    }

    /// `struct inet_diag_hostcond`, family, prefix length, and -1 for any port, and the address behind it.
    private mutating func append(_ block: AddressBlock, _ operation: UInt8, _ target: Label) {
        let family = UInt8(block.isIPv6 ? AF_INET6 : AF_INET)
        let port = Int32(-1).kernelBytes
        append(operation, [family, UInt8(block.prefix), 0, 0] + port + block.bytes, target)
    }

    /// `struct inet_diag_bc_op` and its argument.
    private mutating func append(_ operation: UInt8, _ argument: [UInt8], _ target: Label) {
        jumps.append((code.count, target))
        code += [operation, UInt8(MemoryLayout<inet_diag_bc_op>.size + argument.count), 0, 0] + argument
    }

    private mutating func label() -> Label {
        places.append(0)
        return .place(places.count - 1)
    }

    private mutating func place(_ label: Label) {
        if case .place(let index) = label { places[index] = code.count }
    }
}
