// Many datagrams in one call: a fixed set of buffers that recvmmsg(2) fills, each with its sender and its
// control messages.

import CLinux
import Glibc

/// The buffers, and what the last `receive` put into them.
@safe package final class DatagramBatch {
    private let capacity: Int
    /// The longest datagram that is kept whole, in bytes.
    package let size: Int
    private let payloads: UnsafeMutableRawBufferPointer
    private let controls: UnsafeMutableRawBufferPointer
    private let names: UnsafeMutableBufferPointer<sockaddr_storage>
    private let vectors: UnsafeMutableBufferPointer<iovec>
    private let messages: UnsafeMutableBufferPointer<mmsghdr>
    /// How many buffers are filled.
    package private(set) var count = 0
    /// Whether this kernel or a sandbox has no `recvmmsg`: then they are taken one by one.
    private var takesOne = false

    /// - Parameters:
    ///   - capacity: how many datagrams one call takes at most.
    ///   - size: the longest that is kept whole, in bytes.
    package init(capacity: Int, size: Int) {
        self.capacity = capacity
        self.size = size
        // Memory that nothing is written to is not there: large buffers cost only what they are filled with.
        unsafe payloads = .allocate(byteCount: capacity * size, alignment: 64)
        unsafe controls = .allocate(byteCount: capacity * AncillaryData.capacity, alignment: 16)
        unsafe names = .allocate(capacity: capacity)
        unsafe vectors = .allocate(capacity: capacity)
        unsafe messages = .allocate(capacity: capacity)
        for index in 0..<capacity {
            unsafe names[index] = sockaddr_storage()
            unsafe vectors[index] = iovec(
                iov_base: payloads.baseAddress.map { unsafe $0 + index * size }, iov_len: size)
            unsafe messages[index] = mmsghdr()
        }
    }

    deinit {
        unsafe payloads.deallocate()
        unsafe controls.deallocate()
        unsafe names.deallocate()
        unsafe vectors.deallocate()
        unsafe messages.deallocate()
    }

    /// Takes what waits in the socket, at most what the buffers hold, and never waits itself: `recvmmsg(2)`, or
    /// one datagram by `recvmsg(2)` where there is no such call. `EAGAIN` if nothing is there.
    package func receive(from descriptor: borrowing some Descriptor & ~Copyable) throws(Errno) {
        // What the last call has not touched is still prepared.
        let touched = unsafe messages[0].msg_hdr.msg_iov == nil ? capacity : count
        for index in 0..<touched { prepare(index) }
        count = 0
        // MSG_TRUNC: the length is that of the datagram, also where the buffer was too small for it.
        let flags = clinux_dont_wait | clinux_truncated
        let number = descriptor.number
        if !takesOne {
            do {
                count = Int(
                    try call { unsafe recvmmsg(number, messages.baseAddress, UInt32(capacity), flags, nil) })
                return
            } catch {
                guard error.refusesCall else { throw error }
            }
        }
        let length = try call { unsafe recvmsg(number, &messages[0].msg_hdr, flags) }
        unsafe messages[0].msg_len = UInt32(length)
        count = 1
        takesOne = true
    }

    private func prepare(_ index: Int) {
        var header = unsafe msghdr()
        unsafe header.msg_name = names.baseAddress.map { unsafe UnsafeMutableRawPointer($0 + index) }
        unsafe header.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
        unsafe header.msg_iov = vectors.baseAddress.map { unsafe $0 + index }
        unsafe header.msg_iovlen = 1
        unsafe header.msg_control = controls.baseAddress.map { unsafe $0 + index * AncillaryData.capacity }
        unsafe header.msg_controllen = AncillaryData.capacity
        unsafe messages[index].msg_hdr = header
    }

    /// The length of a datagram, also of one that was longer than its buffer.
    package func length(of index: Int) -> Int { unsafe Int(messages[index].msg_len) }

    /// Who sent it; a Unix socket without a name has none.
    package func sender(of index: Int) -> SocketAddress {
        let length = unsafe Int(messages[index].msg_hdr.msg_namelen)
        let address = unsafe withUnsafeBytes(of: &names[index]) {
            unsafe SocketAddress(kernel: $0, length: length)
        }
        return address ?? .unix(.unnamed)
    }

    /// What came with it.
    package func ancillary(of index: Int) -> AncillaryData {
        let length = unsafe messages[index].msg_hdr.msg_controllen
        guard length > 0, length <= AncillaryData.capacity else { return AncillaryData() }
        let start = index * AncillaryData.capacity
        return unsafe AncillaryData(
            parsing: RawSpan(
                _unsafeBytes: UnsafeRawBufferPointer(rebasing: controls[start..<(start + length)])))
    }

    /// Lets `body` see what is in the buffer.
    package func withPayload<Result>(of index: Int, _ body: (RawSpan) -> Result) -> Result {
        let start = index * size
        let end = start + min(length(of: index), size)
        return body(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: payloads[start..<end])))
    }
}
