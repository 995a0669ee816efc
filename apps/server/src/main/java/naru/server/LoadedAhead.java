package naru.server;

import naru.network.Network;
import org.slf4j.LoggerFactory;

/**
 * Loads the classes of the network on a thread beside the one that starts, because a first start in a virtual machine that remembers nothing is
 * mostly loading of classes, and two processors do that sooner than one. Whoever starts waits for the end before it touches the network itself, which
 * is when its lanes start: two threads that initialise the same classes from different ends may wait for each other for ever.
 */
public final class LoadedAhead {

    private static final Thread LOADER = Thread.ofPlatform().daemon().name("naru-loader").start(LoadedAhead::load);

    /** Set up by whoever comes first; others wait, as for any class. */
    private static final class LoggingSetUp {
        static {
            LoggerFactory.getILoggerFactory();
        }

        private static void touch() {
            // the class is initialised by being called
        }
    }

    private LoadedAhead() {}

    /** Comes back at once. */
    public static void begin() {
        // the class is initialised by being called
    }

    /** For whoever logs beside it: SLF4J gives stand-ins to those who ask while another thread sets it up. */
    static void awaitLogging() {
        LoggingSetUp.touch();
    }

    /** For the end of it. */
    static void await() throws InterruptedException {
        LOADER.join();
    }

    private static void load() {
        try {
            awaitLogging();
            Network.load();
        } catch (RuntimeException | LinkageError _) {
            // fails again where somebody hears of it
        }
    }
}
