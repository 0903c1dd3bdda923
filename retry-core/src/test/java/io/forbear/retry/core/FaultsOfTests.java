package io.forbear.retry.core;

import java.util.Arrays;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keeps off the console what tests throw on purpose and the library logs as it should, so that whoever reads the output
 * of a build sees what nobody wanted: whatever was not thrown by a class of the tests is logged as ever. Registered for
 * all tests.
 */
public final class FaultsOfTests implements BeforeAllCallback, Filter {

    @Override
    public void beforeAll(ExtensionContext context) {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            if (handler.getFilter() == null) {
                handler.setFilter(this);
            }
        }
    }

    @Override
    public boolean isLoggable(LogRecord line) {
        return !isOfTests(line.getThrown());
    }

    private static boolean isOfTests(@Nullable Throwable fault) {
        return fault != null
                && Arrays.stream(fault.getStackTrace())
                        .map(StackTraceElement::getClassName)
                        .filter(name -> !name.startsWith("java."))
                        .findFirst()
                        .filter(FaultsOfTests::isTest)
                        .isPresent();
    }

    /** Tells whether a class lies where this one does. */
    private static boolean isTest(String name) {
        try {
            Class<?> thrower = Class.forName(name, false, FaultsOfTests.class.getClassLoader());
            return FaultsOfTests.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .equals(thrower.getProtectionDomain().getCodeSource());
        } catch (ClassNotFoundException hidden) {
            return false;
        }
    }
}
