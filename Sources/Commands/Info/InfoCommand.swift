// `sockctl info`: what a socket is, what all of them are, and single answers for scripts.

import CommandSpec
import Sockets

enum InfoCommand {
    /// Tells all about one socket, or lists those of the system.
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        switch try SocketTarget(arguments) {
        case nil:
            let listing = try SocketListing(SocketFilter(arguments), isVerbose: context.settings.isVerbose)
            context.reporter.show(listing)
            for failure in listing.failures { context.reporter.report(Failed(failure: failure)) }
            for notice in listing.notices { context.reporter.notice(notice) }
            context.finish(nil)
        case .process(let pid, let descriptor):
            let process = try ProcessHandle.found(pid)
            let filter = try SocketFilter(arguments)
            let found =
                if let descriptor { [try process.description(of: descriptor)] } else {
                    try process.descriptions()
                }
            let sockets = found.filter { filter.matches($0) }
            if sockets.isEmpty {
                let which = found.isEmpty ? "" : "such "
                context.reporter.notice("process \(pid) has no \(which)sockets")
            }
            for (index, socket) in sockets.enumerated() {
                context.reporter.show(SocketReport(socket: socket, isFirst: index == 0))
            }
            context.finish(nil)
        case let target?:
            try context.hold(target, arguments) { (socket) throws(Failure) in
                do throws(InspectionError) {
                    let description = try SocketDescription(of: socket)
                    context.reporter.show(SocketReport(socket: description))
                } catch {
                    throw Failure(error)
                }
            }
        }
    }

    static func fileno(_ context: Context, _ arguments: Arguments) throws(Failure) {
        if case .process(let pid, nil) = try SocketTarget(arguments) {
            let sockets = try ProcessHandle.found(pid).openSockets()
            for socket in sockets { context.reporter.show(DescriptorAnswer(socket.descriptor)) }
            return context.finish(nil)
        }
        try answer(context, arguments) { (socket) in DescriptorAnswer(socket.number) }
    }

    static func getsockname(_ context: Context, _ arguments: Arguments) throws(Failure) {
        try answer(
            context, arguments,
            fromList: {
                $0.local.map { SocketNameAnswer($0) } ?? $0.foreign.map { SocketNameAnswer($0.local) }
            }
        ) { (socket) throws(Failure) in try SocketNameAnswer(of: socket.descriptor, .local) }
    }

    static func getpeername(_ context: Context, _ arguments: Arguments) throws(Failure) {
        try answer(
            context, arguments,
            fromList: {
                $0.peer.map { SocketNameAnswer($0) } ?? $0.foreign?.peer.map { SocketNameAnswer($0) }
            }
        ) { (socket) throws(Failure) in try SocketNameAnswer(of: socket.descriptor, .peer) }
    }

    static func getsockopt(_ context: Context, _ arguments: Arguments) throws(Failure) {
        var options: [SocketOption] = []
        for word in arguments[Operands.optionsToRead] { options.append(try .found(operand: word)) }
        try answer(context, arguments) { [options] (socket) throws(Failure) in
            var values: [OptionReading] = []
            for option in options {
                values.append(OptionReading(option: option, value: try socket.value(of: option)))
            }
            return OptionValuesAnswer(values: values)
        }
    }

    static func setsockopt(_ context: Context, _ arguments: Arguments) throws(Failure) {
        var assignments: [(option: SocketOption, value: OptionValue)] = []
        for word in arguments[Operands.optionsToSet] {
            assignments.append(try SocketOption.assignment(operand: word))
        }
        try answer(context, arguments) { [assignments] (socket) throws(Failure) in
            var values: [OptionReading] = []
            for (option, value) in assignments {
                try attempt("setsockopt \(option.symbol)", value.description) { () throws(Errno) in
                    try socket.descriptor.set(option, to: value)
                }
                // Where it may not be read back, what was set is all that is known.
                let result = socket.mayRead(option) ? try? socket.descriptor.get(option) : nil
                values.append(OptionReading(option: option, value: result ?? value))
            }
            return OptionValuesAnswer(values: values)
        }
    }

    static func options(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let catalog = try OptionCatalog(arguments[Operands.optionsToShow].map(\.text))
        context.reporter.show(catalog)
        context.finish(nil)
    }

    /// Answers one question about the one socket that was named.
    /// - Parameter fromList: the answer where the socket of another process may not be taken, and the kernel's
    ///   list has to do.
    private static func answer(
        _ context: Context, _ arguments: Arguments,
        fromList: (SocketDescription) -> (any Presentable)? = { _ in nil },
        _ question: @escaping (HeldSocket) throws(Failure) -> any Presentable
    ) throws(Failure) {
        guard let target = try SocketTarget(arguments) else {
            throw Failure(
                "info", words: "no socket is named", status: .usage,
                hint: "name one by an ENDPOINT in one word, --new KIND, --fd N or --pid PID")
        }
        if case .process(let pid, let descriptor) = target,
            let listed = try ProcessHandle.found(pid).listedOnly(descriptor), let answer = fromList(listed)
        {
            context.reporter.show(answer)
            return context.finish(nil)
        }
        try context.hold(target, arguments) { (socket) throws(Failure) in
            context.reporter.show(try question(socket))
        }
    }
}
