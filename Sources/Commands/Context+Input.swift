// Where a command's input comes from: stdin, or a file that an option names, which is stdin where that says `-`. What
// is written is never what is read: that would destroy it, or go on for ever.

import CommandSpec
import Sockets

extension Context {
    /// stdin, or the file given instead, and whether a person types it. Nil if stdin was closed.
    func input(_ arguments: Arguments) throws(Failure) -> Channel? {
        guard let file = arguments[Options.file] else {
            return Standard.wasClosed(.standardInput) ? nil : try standardInput()
        }
        return try open(file)
    }

    /// stdin.
    func standardInput() throws(Failure) -> Channel {
        try checkStandardInput()
        let channel = try Channel.standard(.standardInput, writing: false, name: Self.standardInputName, loop)
        try outputs.refuse(reading: channel.descriptor, Self.standardInputName)
        return channel
    }

    /// A file to be sent.
    func open(_ file: Word) throws(Failure) -> Channel {
        guard !file.isStandardStream else { return try standardInput() }
        let descriptor = try Self.openToRead(file)
        try outputs.refuse(reading: descriptor, file.text)
        return try Channel(file: descriptor, name: file.text, loop: loop)
    }

    /// What an option of the form DATA|@FILE stands for: its own bytes, or after `@` those of the file that it names.
    func contents(_ word: Word) throws(Failure) -> [UInt8] {
        guard word.bytes.first == UInt8(ascii: "@") else { return word.bytes }
        let file = Word(bytes: Array(word.bytes.dropFirst()))
        guard !file.isStandardStream else {
            try checkStandardInput()
            return try readAll(BorrowedDescriptor.standardInput, Self.standardInputName)
        }
        return try readAll(try Self.openToRead(file), file.text)
    }

    /// There is no loop yet that would have to go on, and whoever waits can be interrupted.
    private func readAll(
        _ descriptor: borrowing some Descriptor & ~Copyable, _ name: String
    ) throws(Failure) -> [UInt8] {
        try outputs.refuse(reading: descriptor, name)
        do throws(Errno) {
            return try Signal.unblocking { () throws(Errno) in try descriptor.readAll() }
        } catch {
            throw Failure("read", name, error, status: .inputOutput)
        }
    }

    private static func openToRead(_ file: Word) throws(Failure) -> OwnedDescriptor {
        try attempt("open", file.text, status: .inputOutput) { () throws(Errno) in
            try Signal.unblocking { () throws(Errno) in
                try OwnedDescriptor.open(path: file.bytes, writing: false)
            }
        }
    }

    private func checkStandardInput() throws(Failure) {
        guard Standard.wasClosed(.standardInput) else { return }
        throw Failure("read", Self.standardInputName, words: "it is closed", status: .inputOutput)
    }

    private static var standardInputName: String { "stdin" }
}
