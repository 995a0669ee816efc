package naru.network;

import static naru.base.Invariant.check;

/**
 * What an operator may set about sockets.
 *
 * @param backlog connections the system may keep waiting for us, {@code socket.listen.backlog.size}
 * @param idleMsMax quiet time after which a connection is closed, {@code connections.max.idle.ms}; -1 never
 * @param sendBufferBytes {@code socket.send.buffer.bytes}; -1 leaves it to the system
 * @param receiveBufferBytes {@code socket.receive.buffer.bytes}; -1 leaves it to the system
 * @param perAddress how many connections one address may have
 * @param stopMsMax how long a stop waits for answers to leave before it cuts connections
 */
public record NetworkSettings(
        int backlog, long idleMsMax, int sendBufferBytes, int receiveBufferBytes, AddressQuota perAddress, long stopMsMax) {

    /** Kafka's defaults, except for the buffers, which Linux sizes better by itself than 100 KB does. */
    public static final NetworkSettings DEFAULTS = new NetworkSettings(50, 600_000, -1, -1, AddressQuota.NONE, 5_000);

    public NetworkSettings {
        check(backlog > 0, "somebody may wait to be accepted");
        check(stopMsMax >= 0, "a stop does not wait for the past");
    }
}
