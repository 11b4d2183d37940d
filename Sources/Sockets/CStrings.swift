// Strings of C as bytes: a path, a variable and an argument need not be UTF-8.

import Glibc

extension [UInt8] {
    /// As C functions take it: with a NUL at its end.
    var terminated: [CChar] { map { CChar(bitPattern: $0) } + [0] }

    /// The bytes before the NUL.
    @unsafe init(cString text: UnsafePointer<CChar>) {
        self = unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
}
