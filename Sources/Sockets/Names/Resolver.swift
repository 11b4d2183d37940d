// Names into addresses: getaddrinfo(3), on a thread of its own because libc makes it block.

import CLinux
import Glibc
import Synchronization

/// Why a name did not become addresses: `EAI_*` told apart by what a user can do about it.
package enum ResolutionError: Error, Hashable, Sendable {
    /// `EAI_NONAME`: the name service knows no such name.
    case noSuchName
    /// `EAI_NODATA`: the name exists, without an address of the family asked for.
    case noAddressOfFamily
    /// `EAI_ADDRFAMILY`: the same, told by a name service of this machine, or of an address of the other family.
    case addressOfOtherFamily
    /// `EAI_AGAIN`: the name service did not answer.
    case temporaryFailure
    /// `EAI_SERVICE`: no such service for the protocol.
    case noSuchService
    /// `EAI_IDN_ENCODE`: letters beyond ASCII that are none in the user's locale, or libidn2 is not installed.
    case notConverted
    /// `EAI_SYSTEM`.
    case system(Errno)
    /// Any other code.
    case other(Int32)

    init(code: Int32, errno error: Errno) {
        self =
            switch code {
            case EAI_NONAME: .noSuchName
            case -5: .noAddressOfFamily
            case -9: .addressOfOtherFamily
            case EAI_AGAIN: .temporaryFailure
            case EAI_SERVICE: .noSuchService
            case -105: .notConverted
            case EAI_SYSTEM: .system(error)
            default: .other(code)
            }
    }

    /// The symbol, `EAI_NONAME`.
    package var name: String {
        switch self {
        case .noSuchName: "EAI_NONAME"
        case .noAddressOfFamily: "EAI_NODATA"
        case .addressOfOtherFamily: "EAI_ADDRFAMILY"
        case .temporaryFailure: "EAI_AGAIN"
        case .noSuchService: "EAI_SERVICE"
        case .notConverted: "EAI_IDN_ENCODE"
        case .system(let error): error.name
        case .other(EAI_FAIL): "EAI_FAIL"
        case .other(EAI_FAMILY): "EAI_FAMILY"
        case .other(EAI_MEMORY): "EAI_MEMORY"
        case .other(let code): "EAI \(code)"
        }
    }

    /// The number that `getaddrinfo` returned.
    package var code: Int32 {
        switch self {
        case .noSuchName: EAI_NONAME
        case .noAddressOfFamily: -5
        case .addressOfOtherFamily: -9
        case .temporaryFailure: EAI_AGAIN
        case .noSuchService: EAI_SERVICE
        case .notConverted: -105
        case .system: EAI_SYSTEM
        case .other(let code): code
        }
    }

    package var message: String {
        switch self {
        case .noSuchName: "no such name"
        case .noAddressOfFamily, .addressOfOtherFamily: "there is no address of that family"
        case .temporaryFailure: "the name service did not answer"
        case .noSuchService: "no such service"
        case .notConverted: "letters beyond ASCII need a UTF-8 locale and libidn2"
        case .system(let error): error.message
        case .other(let code): unsafe String(cString: gai_strerror(code)).lowercased()
        }
    }
}

/// What to look up.
package struct AddressQuery: Hashable, Sendable {
    /// Nil stands for every interface (listening) or the loopback (connecting).
    package var host: String?
    /// A number or a service's name.
    package var service: String
    /// Nil for any.
    package var family: AddressFamily?
    package var type: SocketType
    /// Addresses and port numbers only, nothing looked up: `AI_NUMERICHOST`, `AI_NUMERICSERV`.
    package var numeric: Bool
    /// For `bind`: `AI_PASSIVE`.
    package var passive: Bool

    package init(
        host: String?, service: String, family: AddressFamily? = nil, type: SocketType = .stream,
        numeric: Bool = false, passive: Bool = false
    ) {
        self.host = host
        self.service = service
        self.family = family
        self.type = type
        self.numeric = numeric
        self.passive = passive
    }

    /// The addresses, in the order of RFC 6724, without repetitions: `getaddrinfo(3)`. May block for as
    /// long as the name service takes.
    package func addresses() throws(ResolutionError) -> [SocketAddress] {
        guard PortNumber.isValid(service) else { throw .noSuchService }
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family?.kernelValue ?? AF_UNSPEC
        unsafe hints.ai_socktype = type.kernelValue
        unsafe hints.ai_flags =
            (numeric ? AI_NUMERICHOST | AI_NUMERICSERV : 0) | (passive ? AI_PASSIVE : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        // What is numeric is ASCII.
        let (code, error) = InternationalName.converting(numeric ? nil : host) { flag in
            unsafe hints.ai_flags |= flag
            return (unsafe getaddrinfo(host, service, &hints, &list), Errno.current)
        }
        guard code == 0 else { throw ResolutionError(code: code, errno: error) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            let length = unsafe Int(entry.pointee.ai_addrlen)
            let bytes = unsafe UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: length)
            if let address = unsafe SocketAddress(kernel: bytes, length: length), !addresses.contains(address)
            {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }
}

/// A blocking function that runs on a thread of its own; `descriptor` becomes readable when it is done.
/// One that is not waited for any more is left to itself. Where no thread can be started (`RLIMIT_NPROC`, a cgroup's
/// `pids.max`, a sandbox) it runs in the one there is, which then waits for it.
package final class BackgroundCall<Value: Sendable>: Sendable {
    private let result = Mutex<Value?>(nil)
    /// Readable when the result is there: an `eventfd(2)`.
    package let descriptor: OwnedDescriptor

    /// `pthread_create(3)`.
    package init(_ body: @escaping @Sendable () -> Value) throws(Errno) {
        descriptor = OwnedDescriptor(try call { eventfd(0, Int32(EFD_CLOEXEC)) })
        let work = Work { [self] in
            let value = body()
            result.withLock { $0 = value }
            eventfd_write(descriptor.number, 1)
        }
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(work).toOpaque()
        let code = unsafe pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, argument)
        if code == 0 {
            pthread_detach(thread)
        } else {
            unsafe Unmanaged<Work>.fromOpaque(argument).release()
            Signal.unblocking(work.body)
        }
    }

    /// The result, nil until `descriptor` is readable.
    package var value: Value? { result.withLock { $0 } }
}

/// What a thread runs, as something that a C callback can carry.
private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
