using System.Globalization;
using System.Text;

namespace SmartCity.Adapters.Mapping;

/// <summary>How a source writes numbers, such as <c>4.200,5</c>.</summary>
/// <param name="Decimal">Between the whole and the fraction.</param>
/// <param name="Thousands">Between groups of three digits; null where there are no groups.</param>
internal sealed record NumberFormat(char Decimal, char? Thousands)
{
    internal static readonly NumberFormat Plain = new('.', null);

    /// <summary>False where the text is no number in this format: 4.20 is none where the point parts thousands.</summary>
    internal bool TryParse(string text, out decimal number)
    {
        number = 0;
        var trimmed = text.Trim();
        var end = trimmed.AsSpan().IndexOfAny('e', 'E');
        var exponent = end < 0 ? "" : trimmed[end..];
        var mantissa = end < 0 ? trimmed : trimmed[..end];
        var point = mantissa.IndexOf(Decimal, StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? "" : mantissa[(point + 1)..];
        if (point >= 0 && (fraction.Length == 0 || !fraction.All(char.IsAsciiDigit))) return false;

        var plain = new StringBuilder();
        var sign = whole.Length > 0 && whole[0] is '-' or '+' ? 1 : 0;
        plain.Append(whole.AsSpan(0, sign));
        if (!TryAppendWhole(plain, whole[sign..])) return false;
        if (point >= 0) plain.Append('.').Append(fraction);
        plain.Append(exponent);
        return decimal.TryParse(
            plain.ToString(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out number);
    }

    private bool TryAppendWhole(StringBuilder plain, string whole)
    {
        // A no-break space is what spreadsheets write for the space between thousands.
        var groups = Thousands is { } separator
            ? (separator == ' ' ? whole.Replace('\u00A0', ' ').Replace('\u202F', ' ') : whole).Split(separator)
            : [whole];
        for (var i = 0; i < groups.Length; i++)
        {
            if (groups.Length > 1 && (i == 0 ? groups[i].Length is < 1 or > 3 : groups[i].Length != 3)) return false;
            if (!groups[i].All(char.IsAsciiDigit)) return false;
            plain.Append(groups[i]);
        }

        return true;
    }
}
