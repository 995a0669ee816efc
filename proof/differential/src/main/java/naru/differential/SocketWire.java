package naru.differential;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** A blocking TCP connection. */
final class SocketWire implements Wire {

    /** Longer than anything a broker may wait for in these conversations. */
    private static final int SILENCE_MS = 5_000;
    private static final int FRAME_BYTES_MAX = 64 << 20;

    private final Socket socket;
    private final DataInputStream in;

    private SocketWire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    static Door door(int port) {
        return new Door() {
            @Override
            public Wire open() {
                try {
                    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(SILENCE_MS);
                    return new SocketWire(socket);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public int port() {
                return port;
            }
        };
    }

    @Override
    public void send(ByteBuffer frame) {
        var whole = ByteBuffer.allocate(4 + frame.remaining()).putInt(frame.remaining()).put(frame);
        try {
            socket.getOutputStream().write(whole.array());
        } catch (IOException _) {
            // A broker that hung up shows when its answer is read.
        }
    }

    @Override
    public Heard receive() {
        try {
            int size = in.readInt();
            if (size < 0 || size > FRAME_BYTES_MAX) {
                throw new IOException("a frame of " + size + " bytes");
            }
            byte[] frame = new byte[size];
            in.readFully(frame);
            return new Heard.Frame(ByteBuffer.wrap(frame));
        } catch (SocketTimeoutException _) {
            return new Heard.Silence();
        } catch (EOFException | SocketException _) {
            return new Heard.Closed();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
