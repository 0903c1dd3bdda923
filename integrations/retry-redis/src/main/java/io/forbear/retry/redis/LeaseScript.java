package io.forbear.retry.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/** The text of the script of a lease, and the hash by which it is sent. */
final class LeaseScript {

    static final String TEXT = read("lease.lua");
    static final String SHA = sha1(TEXT);

    private LeaseScript() {}

    private static String read(String name) {
        try (InputStream in = Objects.requireNonNull(LeaseScript.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name, unreadable);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("SHA-1: missing (expected: in every JDK)", missing);
        }
    }
}
