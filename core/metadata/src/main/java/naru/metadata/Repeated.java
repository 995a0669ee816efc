package naru.metadata;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** What a request names more than once: the controller cannot know which was meant. */
final class Repeated {

    private Repeated() {}

    static <T, N extends Comparable<N>> SortedSet<N> among(Collection<T> items, Function<T, N> name) {
        var seen = new TreeSet<N>();
        var twice = new TreeSet<N>();
        for (var item : items) {
            if (!seen.add(name.apply(item))) {
                twice.add(name.apply(item));
            }
        }
        return twice;
    }
}
