// What an option of the form DATA|@FILE stands for.

import CommandSpec
import Sockets

extension Word {
    /// The word's own bytes, or after `@` those of the file that it names.
    func contents() throws(Failure) -> [UInt8] {
        guard bytes.first == UInt8(ascii: "@") else { return bytes }
        let name = Word(bytes: Array(bytes.dropFirst()))
        return try attempt("read", name.text, status: .inputOutput) { () throws(Errno) in
            try OwnedDescriptor.open(path: name.bytes, writing: false).readAll()
        }
    }
}
