package naru.lanes;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.Slf4JLoggerFactory;

/**
 * What Netty would find out or make by itself at its first use, and nothing here needs: each of these is a part of the start of a process. An
 * operator who sets one of these properties has what he set.
 */
final class NettyDefaults {

    private NettyDefaults() {}

    /** Before Netty is used for the first time. */
    static void set() {
        // Every channel is given an allocator; the one of channels that are not is never used.
        unlessSet("io.netty.allocator.type", "unpooled");
        // Identifiers of channels never leave the process, so they need not tell machines and processes apart.
        unlessSet("io.netty.machineId", "00:00:00:00:00:00:00:01");
        unlessSet("io.netty.processId", "1");
        // Who logs is the project's affair: Netty would try other ways where SLF4J has nobody, down to the machine's own.
        InternalLoggerFactory.setDefaultFactory(Slf4JLoggerFactory.INSTANCE);
    }

    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
