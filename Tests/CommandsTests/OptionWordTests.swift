// Socket options as they are written on the command line.

import CommandSpec
import Sockets
import Testing

import enum CommandSpec.ExitStatus

@testable import Commands

@Suite struct OptionWordTests {
    @Test(
        "without a value only what is on or off is set", arguments: SocketOption.catalog.filter(\.isSettable))
    func forgottenValue(_ option: SocketOption) throws {
        if option.type == .bool {
            #expect(try SocketOption.assignment(option.symbol).value == .bool(true))
            return
        }
        let failure = #expect(throws: Failure.self) { try SocketOption.assignment(option.symbol) }
        #expect(failure?.status == .usage)
        #expect(failure?.hint?.contains(option.example) == true)
        _ = try SocketOption.assignment(option.example)
    }

    @Test func numberedOptionsNeedAValue() throws {
        #expect(throws: Failure.self) { try SocketOption.assignment("6:200") }
        #expect(try SocketOption.assignment("6:200=1").value == .int(1))
        // One that the catalog has is on or off by any name.
        #expect(try SocketOption.assignment("6:1").value == .bool(true))
    }
}
