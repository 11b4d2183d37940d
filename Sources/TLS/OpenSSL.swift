// The system's OpenSSL 3, opened when TLS is asked for and not before: dlopen(3).

import CLinux

/// The library: its functions, and the errors that it leaves behind.
@safe final class OpenSSL: @unchecked Sendable {
    /// The functions by name.
    let c: UnsafePointer<openssl_functions>
    /// Whose bytes are those of a `TLSSession`.
    let sessionBytes: UnsafeMutablePointer<BIO_METHOD>

    private static let opened = Result { () throws(TLSUnavailable) in try OpenSSL() }

    /// Opens it, once.
    static func shared() throws(TLSUnavailable) -> OpenSSL { try opened.get() }

    /// Its functions, for what it calls for each record; nil where it was not opened.
    nonisolated(unsafe) static let functions = unsafe try? shared().c

    private init() throws(TLSUnavailable) {
        var missing: UnsafePointer<CChar>?
        var reason: UnsafePointer<CChar>?
        guard let functions = unsafe clinux_openssl(&missing, &reason) else {
            throw TLSUnavailable(
                missing: unsafe missing.map { unsafe String(cString: $0) },
                reason: unsafe reason.map { unsafe String(cString: $0) })
        }
        unsafe c = unsafe functions
        // BIO_TYPE_SOURCE_SINK.
        let type = unsafe functions.pointee.BIO_get_new_index() | 0x0400
        guard let method = unsafe functions.pointee.BIO_meth_new(type, "sockctl") else {
            throw TLSUnavailable(missing: nil, reason: "out of memory")
        }
        unsafe sessionBytes = unsafe method
        _ = unsafe functions.pointee.BIO_meth_set_read(method, TLSSession.readCiphertext)
        _ = unsafe functions.pointee.BIO_meth_set_write(method, TLSSession.writeCiphertext)
        _ = unsafe functions.pointee.BIO_meth_set_ctrl(method, TLSSession.control)
    }

    /// Makes sure that what the next call leaves in the queue of errors is all of it. To empty the queue takes long, and
    /// mostly it is empty.
    func forgetErrors() {
        if unsafe c.pointee.ERR_peek_last_error() != 0 { unsafe c.pointee.ERR_clear_error() }
    }

    /// What the last call left in this thread's queue of errors, which is empty then: `ERR_get_error`.
    func takeErrors() -> [ErrorCode] {
        var codes: [ErrorCode] = []
        while codes.count < 16 {
            let code = unsafe c.pointee.ERR_get_error()
            guard code != 0 else { break }
            codes.append(
                ErrorCode(packed: code, words: unsafe string(c.pointee.ERR_reason_error_string(code))))
        }
        forgetErrors()
        return codes
    }

    /// One entry of the queue of errors.
    struct ErrorCode {
        let packed: UInt
        /// What it says, in lower case; nil for an error of the system.
        let words: String?
        /// `ERR_GET_LIB`.
        var library: Int { isOfSystem ? 2 : Int(packed >> 23) & 0xff }
        /// `ERR_GET_REASON`: that of the system is `errno`.
        var reason: Int { Int(packed) & (isOfSystem ? 0x7fff_ffff : 0x7f_ffff) }
        private var isOfSystem: Bool { packed & 0x8000_0000 != 0 }
        /// `ERR_LIB_SSL`.
        var isOfTLS: Bool { library == 20 }
        /// The symbol of the reason, without its prefix.
        var name: String? {
            words.map { String($0.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }) }
        }
    }

    @unsafe func string(_ text: UnsafePointer<CChar>?) -> String? {
        unsafe text.map { unsafe String(cString: $0) }
    }
}

/// There is no OpenSSL 3 on this system.
package struct TLSUnavailable: Error, Sendable {
    /// The function that the library lacks; nil where it was not opened.
    let missing: String?
    /// Why it was not opened.
    let reason: String?

    package var message: String {
        missing.map { "libssl.so.3 has no \($0): OpenSSL 3.0 or newer is needed" }
            ?? "TLS needs OpenSSL 3, which cannot be opened: \(reason ?? "libssl.so.3 is not there")"
    }

    package var hint: String {
        "Debian and Ubuntu: apt install libssl3; Fedora: dnf install openssl-libs; Alpine: apk add libssl3"
    }
}
