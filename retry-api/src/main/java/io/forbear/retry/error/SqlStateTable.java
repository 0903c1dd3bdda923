package io.forbear.retry.error;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an SQLSTATE says: its class, the first two characters, and whole states where they differ from their class.
 * Sources: ISO/IEC 9075-2, clause 24; appendix A of the PostgreSQL manual; the error references of MySQL, SQL Server,
 * Oracle and Db2.
 */
final class SqlStateTable {

    private static final int LENGTH = 5;

    /** By state or by class of states. */
    static final Map<String, Classification> TABLE = new LinkedHashMap<>();

    static {
        Classification clientError = Classification.of(CLIENT_ERROR);
        Classification notExecuted = Classification.of(TRANSIENT).notExecuted();
        Classification network = Classification.of(NETWORK_ERROR);
        TABLE.put("08", network);
        TABLE.put("08001", network.notExecuted());
        TABLE.put("08004", network.notExecuted());
        TABLE.put("08P01", clientError);
        TABLE.put("40", notExecuted);
        TABLE.put("40002", clientError);
        TABLE.put("40003", Classification.of(TRANSIENT));
        TABLE.put("53", Classification.of(TRANSIENT));
        TABLE.put("53300", Classification.of(RATE_LIMIT).notExecuted());
        TABLE.put("55", Classification.of(TRANSIENT));
        TABLE.put("55P02", clientError);
        TABLE.put("55000", clientError);
        TABLE.put("57", Classification.of(TRANSIENT));
        TABLE.put("57P01", network);
        TABLE.put("57P02", network);
        TABLE.put("57P03", network.notExecuted());
        TABLE.put("57P04", clientError);
        TABLE.put("57P05", network);
        TABLE.put("57014", clientError);
        TABLE.put("58", Classification.of(TRANSIENT));
        TABLE.put("25P03", network); // PostgreSQL: an idle transaction was ended, its connection with it
        TABLE.put("70100", clientError); // MySQL: the query was killed
        TABLE.put("HYT00", Classification.of(TIMEOUT));
        TABLE.put("HYT01", Classification.of(TIMEOUT).notExecuted());
        for (String atFault : new String[] {
            "02", "07", "09", "0A", "0B", "0D", "0E", "0F", "0K", "0L", "0M", "0N", "0P", "0S", "0T", "0U", "0V", "0W",
            "0X", "0Y", "0Z", "10", "20", "21", "22", "23", "24", "25", "26", "27", "28", "2B", "2C", "2D", "2E", "2F",
            "2H", "33", "34", "35", "36", "38", "39", "3B", "3C", "3D", "3F", "42", "44", "45", "46", "54", "P0", "HV",
            "XX"
        }) {
            TABLE.put(atFault, clientError);
        }
        for (String ofVendor : new String[] {"F0", "51", "56", "65", "90", "X0"}) {
            TABLE.put(ofVendor, clientError); // PostgreSQL; Db2; Oracle's PL/SQL; H2; Derby
        }
    }

    private SqlStateTable() {}

    /** Returns what a state says; {@code null} where neither it nor its class is known. */
    static @Nullable Classification of(String state) {
        Classification found = TABLE.get(state);
        return found == null ? TABLE.get(state.substring(0, 2)) : found;
    }

    /**
     * Reads the state that a text names: {@code SQLSTATE 23505}, {@code (SQLSTATE=40001)}, {@code SQL state [23505]}.
     *
     * @param after where the word before the state ends
     * @return {@code null} where no state follows, or one that says nothing
     */
    static @Nullable Classification read(String text, int after) {
        int begin = after;
        while (begin < text.length() && begin - after < 4 && " :=[('\"".indexOf(text.charAt(begin)) >= 0) {
            begin++;
        }
        int end = begin;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        boolean isState = begin > after && end - begin == LENGTH && Character.isLetterOrDigit(text.charAt(begin));
        return isState ? of(text.substring(begin, end).toUpperCase(Locale.ROOT)) : null;
    }
}
