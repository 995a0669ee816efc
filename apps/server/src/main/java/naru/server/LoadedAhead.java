package naru.server;

import naru.network.Network;

/**
 * Loads the classes of the network on a thread beside the one that starts, because a first start in a virtual machine that remembers nothing is
 * mostly loading of classes, and two processors do that sooner than one. Whoever starts waits for the end before it touches the network itself: two
 * threads that initialise the same classes from different ends may wait for each other for ever.
 */
public final class LoadedAhead {

    private static final Thread LOADER = Thread.ofPlatform().daemon().name("naru-loader").start(LoadedAhead::load);

    private LoadedAhead() {}

    /** Comes back at once. */
    public static void begin() {
        // the class is initialised by being called
    }

    /** For the end of it. */
    public static void await() throws InterruptedException {
        LOADER.join();
    }

    private static void load() {
        try {
            Network.load();
        } catch (RuntimeException | LinkageError _) {
            // fails again where somebody hears of it
        }
    }
}
