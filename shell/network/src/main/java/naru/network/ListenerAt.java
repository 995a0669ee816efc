package naru.network;

import java.net.InetSocketAddress;

/**
 * Where clients may come in.
 *
 * @param name the listener's name, such as {@code PLAINTEXT}
 * @param address what to bind; port 0 picks a free one
 */
public record ListenerAt(String name, InetSocketAddress address) {}
