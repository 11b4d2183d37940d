// `sockctl info`: what a socket is, what all of them are, and single answers for scripts.

import CommandSpec
import Sockets

enum InfoCommand {
    /// Tells all about one socket, or lists those of the system.
    static func start(_ context: Context, _ arguments: Arguments) throws(Failure) {
        if arguments[Options.watch] { return try WatchCommand.start(context, arguments) }
        if arguments[Options.summary] { return try summary(context, arguments) }
        let target = try SocketTarget(arguments)
        if let target, arguments[Options.peek] { return try peek(context, target, arguments) }
        switch target {
        case nil:
            let filter = try SocketFilter(arguments)
            let listing = try SocketListing(filter, isVerbose: context.settings.isVerbose)
            context.reporter.show(listing)
            for failure in listing.failures { context.reporter.report(Failed(failure: failure)) }
            for notice in listing.notices { context.reporter.notice(notice) }
            finish(context, found: !listing.sockets.isEmpty || filter.choosesAll)
        case .process(let pid, let descriptor):
            let filter = try SocketFilter(arguments)
            let sockets = try sockets(of: pid, descriptor).filter { filter.matches($0) }
            let isTable = sockets.count > cards || !filter.choosesAll
            if isTable, !context.settings.isVerbose {
                context.reporter.show(SocketListing(sockets: sockets))
            } else {
                for (index, socket) in sockets.enumerated() {
                    context.reporter.show(SocketReport(socket: socket, isFirst: index == 0))
                }
            }
            finish(context, found: !sockets.isEmpty)
        case let target?:
            try context.hold(target, arguments) { (socket) throws(Failure) in
                do throws(InspectionError) {
                    let description = try SocketDescription(of: socket)
                    context.reporter.show(SocketReport(socket: description, tls: socket.tls))
                } catch {
                    throw Failure(error)
                }
            }
        }
    }

    /// Of more sockets there is a table.
    private static let cards = 3

    private static func sockets(of pid: Int32, _ descriptor: Int32?) throws(Failure) -> [SocketDescription] {
        let process = try ProcessHandle.found(pid)
        if let descriptor { return [try process.description(of: descriptor)] }
        return try process.descriptions()
    }

    /// Ends a command that was to find sockets; like grep, with status 1 where there are none.
    static func finish(_ context: Context, found: Bool) {
        if !found { context.reporter.note("no such sockets") }
        context.finish(status: found ? .success : .failure)
    }

    static func fileno(_ context: Context, _ arguments: Arguments) throws(Failure) {
        if case .process(let pid, nil) = try SocketTarget(arguments) {
            let sockets = try ProcessHandle.found(pid).openSockets()
            for socket in sockets { context.reporter.show(DescriptorAnswer(socket.descriptor)) }
            return finish(context, found: !sockets.isEmpty)
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
