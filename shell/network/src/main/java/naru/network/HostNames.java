package naru.network;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import naru.lanes.Lane;

/** From names of hosts to addresses. A lookup may block for seconds, so it happens on threads of its own. */
final class HostNames implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int THREAD_IDLE_S = 10;
    private static final int LOOKUPS_WAITING_MAX = 1_000;

    private ThreadPoolExecutor threads;
    private boolean closed;

    /** Tells the lane in one of its turns, or at once where there is nothing to look up. No address: no such name. */
    void addressesOf(String host, Lane lane, Consumer<List<InetAddress>> whenKnown) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            whenKnown.accept(lookUp(host));
            return;
        }
        start(() -> {
            var found = lookUp(host);
            lane.post(() -> whenKnown.accept(found));
        }, () -> lane.post(() -> whenKnown.accept(List.of())));
    }

    private static List<InetAddress> lookUp(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException _) {
            return List.of();
        }
    }

    private synchronized void start(Runnable lookup, Runnable refusal) {
        if (closed) {
            return;
        }
        if (threads == null) {
            threads = new ThreadPoolExecutor(THREADS, THREADS, THREAD_IDLE_S, TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(LOOKUPS_WAITING_MAX), body -> {
                        var thread = new Thread(body, "naru-names");
                        thread.setDaemon(true);
                        return thread;
                    }, (_, _) -> refusal.run());
            threads.allowCoreThreadTimeOut(true);
        }
        threads.execute(lookup);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (threads != null) {
            threads.shutdownNow();
        }
    }
}
