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
        return try toRead(
            try Channel.standard(.standardInput, writing: false, name: Self.standardInputName, loop))
    }

    /// A file to be sent.
    func open(_ file: Word) throws(Failure) -> Channel {
        guard !file.isStandardInput else { return try standardInput() }
        return try toRead(try Channel(file: try Self.openToRead(file), name: file.text, loop: loop))
    }

    /// A recording to be played back. One of packets is refused before there is a peer, as far as that can be seen by then.
    func openRecording(_ file: Word) throws(Failure) -> Channel {
        let channel = try open(file)
        if channel.kind == .regular, let offset = channel.descriptor.offset() {
            let start = ByteBuffer(capacity: PcapngBlock.magic.count)
            _ = try? start.fill { (span) throws(Errno) in
                try channel.descriptor.read(into: &span, at: offset)
            }
            if start.emptied() == PcapngBlock.magic { throw .packets(channel.name) }
        }
        return channel
    }

    /// What cannot be read, a directory say, is refused before there is a peer to send it to.
    private func toRead(_ channel: Channel) throws(Failure) -> Channel {
        try outputs.refuse(reading: channel.descriptor, channel.name)
        try attempt("read", channel.name, status: .inputOutput) { () throws(Errno) in
            try channel.checkReadable()
        }
        return channel
    }

    /// What an option of the form DATA|@FILE stands for: its own bytes, or after `@` those of the file that it names.
    /// - Parameter tooLong: what is said of a file of more than `limit` bytes.
    func contents(
        _ word: Word, atMost limit: Int, tooLong: (_ file: String) -> Failure
    ) throws(Failure) -> [UInt8] {
        guard let file = word.afterAt else { return word.bytes }
        return try contents(ofFile: file, atMost: limit, tooLong: tooLong)
    }

    /// What a file holds.
    func contents(
        ofFile file: Word, atMost limit: Int, tooLong: (_ file: String) -> Failure
    ) throws(Failure) -> [UInt8] {
        guard !file.isStandardInput else {
            try checkStandardInput()
            return try readAll(
                BorrowedDescriptor.standardInput, Self.standardInputName, atMost: limit, tooLong)
        }
        return try readAll(try Self.openToRead(file), file.text, atMost: limit, tooLong)
    }

    /// As `contents`, for an option that has another one for what is longer.
    func contents(_ word: Word, instead: String) throws(Failure) -> [UInt8] {
        let limit = Defaults.longestContents
        return try contents(word, atMost: limit) { file in
            let words = "longer than the \(Statistics.bytes(limit)) that are held in memory"
            return Failure("read", file, words: words, status: .malformed, hint: instead)
        }
    }

    /// There is no loop yet that would have to go on, and whoever waits can be interrupted.
    private func readAll(
        _ descriptor: borrowing some Descriptor & ~Copyable, _ name: String, atMost limit: Int,
        _ tooLong: (_ file: String) -> Failure
    ) throws(Failure) -> [UInt8] {
        try outputs.refuse(reading: descriptor, name)
        let bytes = try attempt("read", name, status: .inputOutput) { () throws(Errno) in
            try Signal.unblocking { () throws(Errno) in try descriptor.readAll(atMost: limit) }
        }
        guard let bytes else { throw tooLong(name) }
        return bytes
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
