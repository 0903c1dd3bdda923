package io.forbear.retry.error;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * Source: RFC 9110, 5.6.7. The day of the week is not compared with the date, since a server that gets it wrong still
 * means the date; a day of one digit and the zones UTC and Z are read too.
 */
/** Reads the dates of HTTP: {@code Sun, 06 Nov 1994 08:49:37 GMT} and its two obsolete forms, and those of ISO 8601. */
final class HttpDate {

    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final Pattern GAPS = Pattern.compile("[ ,]+");

    private HttpDate() {}

    /**
     * Reads a date.
     *
     * @param now decides the century of a year of two digits: none is more than 50 years ahead
     * @return {@code null} where the text is no date
     */
    static @Nullable Instant parse(@Nullable String value, Instant now) {
        if (value == null || value.length() > PushbackText.LONGEST) {
            return null;
        }
        String text = value.strip();
        try {
            boolean iso = text.length() > 10 && text.charAt(10) == 'T' && text.charAt(4) == '-';
            return iso ? OffsetDateTime.parse(text).toInstant() : http(text, now);
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Instant http(String text, Instant now) {
        String[] part = GAPS.split(text);
        if (part.length == 6 && isUtc(part[5])) {
            return instant(number(part[3], 4), part[2], part[1], part[4]);
        }
        if (part.length == 4 && isUtc(part[3])) {
            String[] date = part[1].split("-", 4);
            return date.length == 3 ? instant(century(number(date[2], 2), now), date[1], date[0], part[2]) : null;
        }
        return part.length == 5 ? instant(number(part[4], 4), part[1], part[2], part[3]) : null;
    }

    private static Instant instant(int year, String month, String day, String time) {
        String[] clock = time.split(":", 4);
        if (clock.length != 3 || month.length() != 3) {
            throw new DateTimeException(time);
        }
        int monthIndex = MONTHS.indexOf(month.toLowerCase(Locale.ROOT));
        if (monthIndex < 0 || monthIndex % 3 != 0) {
            throw new DateTimeException(month);
        }
        int leapFree = number(clock[2], 2) == 60 ? 59 : number(clock[2], 2);
        LocalTime timeOfDay = LocalTime.of(number(clock[0], 2), number(clock[1], 2), leapFree);
        return LocalDate.of(year, monthIndex / 3 + 1, number(day, day.length() == 1 ? 1 : 2))
                .atTime(timeOfDay)
                .toInstant(ZoneOffset.UTC);
    }

    /** The year with these last two digits that is at most 50 years ahead. */
    private static int century(int year, Instant now) {
        int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
        int candidate = thisYear - Math.floorMod(thisYear, 100) + year;
        return candidate > thisYear + 50 ? candidate - 100 : candidate <= thisYear - 50 ? candidate + 100 : candidate;
    }

    private static boolean isUtc(String zone) {
        return zone.equalsIgnoreCase("GMT") || zone.equalsIgnoreCase("UTC") || zone.equals("Z");
    }

    private static int number(String text, int digits) {
        if (text.length() != digits || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new NumberFormatException(text);
        }
        return Integer.parseInt(text);
    }
}
