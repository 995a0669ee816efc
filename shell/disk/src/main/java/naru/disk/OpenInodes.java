package naru.disk;

import java.util.concurrent.ConcurrentHashMap;

/** How often each file is open in this process, whatever its name is by now. */
final class OpenInodes {

    private final ConcurrentHashMap<Object, Integer> opened = new ConcurrentHashMap<>();

    void opened(Object key) {
        opened.merge(key, 1, Integer::sum);
    }

    void closed(Object key) {
        opened.computeIfPresent(key, (_, times) -> times == 1 ? null : times - 1);
    }

    boolean isOpen(Object key) {
        return opened.containsKey(key);
    }
}
