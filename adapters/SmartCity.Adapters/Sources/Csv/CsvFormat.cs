using System.Text;
using FluentValidation;
using SmartCity.Adapters.Cities;

namespace SmartCity.Adapters.Sources.Csv;

/// <summary>How a table stands in a file (RFC 4180 and its cousins).</summary>
internal sealed record CsvFormat
{
    internal string Separator { get; init; } = ",";

    internal string Quote { get; init; } = "\"";

    /// <summary>A name such as utf-8 or windows-1250; a byte order mark wins over it.</summary>
    internal string Encoding { get; init; } = "utf-8";

    /// <summary>Names of the columns where the file has no header; null where it has one.</summary>
    internal IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Lines before the header.</summary>
    internal int SkipLines { get; init; }

    /// <summary>Fails on bytes that the encoding does not know, rather than guessing.</summary>
    internal Encoding OpenEncoding() =>
        System.Text.Encoding.GetEncoding(Encoding, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    internal static CsvFormat Read(YamlSection source)
    {
        var format = new CsvFormat();
        if (source.Section("csv") is not { } section) return format;
        format = new CsvFormat
        {
            Separator = section.Text("separator") ?? format.Separator,
            Quote = section.Text("quote") ?? format.Quote,
            Encoding = section.Text("encoding") ?? format.Encoding,
            Columns = section.Texts("columns"),
            SkipLines = section.Integer("skipLines") ?? 0,
        };
        section.Validate(format, Validator.Instance);
        section.ReportUnknown();
        return format;
    }

    private sealed class Validator : AbstractValidator<CsvFormat>
    {
        internal static readonly Validator Instance = new();

        private Validator()
        {
            RuleFor(f => f.Separator).NotEmpty().WithMessage("'separator' is empty");
            RuleFor(f => f.Quote).Length(1).WithMessage("'quote' is not one character");
            RuleFor(f => f.Encoding).Must(IsKnown).WithMessage("'encoding' is not known, such as utf-8 or windows-1250");
            RuleFor(f => f.SkipLines).InclusiveBetween(0, 1000).WithMessage("'skipLines' is not between 0 and 1000");
            RuleFor(f => f.Columns).Must(c => c is null || (c.Count > 0 && c.Distinct().Count() == c.Count))
                .WithMessage("'columns' is empty or names a column twice");
        }

        private static bool IsKnown(string name)
        {
            try
            {
                System.Text.Encoding.GetEncoding(name);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }
}
