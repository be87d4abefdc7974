using FluentValidation;
using SmartCity.Adapters.Cities;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Sources.Csv;

internal sealed record CsvPlaySettings
{
    internal required string File { get; init; }

    /// <summary>The column by which the recording is played; its rows must be in this order.</summary>
    internal required string Column { get; init; }

    internal TimeFormat Times { get; init; } = TimeFormat.Default;

    /// <summary>60 plays an hour in a minute.</summary>
    internal double Speed { get; init; } = 1;

    internal bool Loop { get; init; } = true;

    internal CsvFormat Format { get; init; } = new();
}

/// <summary>
/// <c>kind: csv-play</c>: plays a recorded file along its time column, for demonstrations and load tests. The times of the
/// recording are moved to the present.
/// </summary>
internal sealed class CsvPlayKind : ISourceKind
{
    public string Name => "csv-play";

    public string? DefaultObservedAt => null;

    public ISource? Read(YamlSection section, SourceSurroundings surroundings)
    {
        var format = CsvFormat.Read(section);
        var file = section.Required("file");
        var (column, times) = ReadTime(section);
        var settings = new CsvPlaySettings
        {
            File = Path.Combine(surroundings.City, file),
            Column = column,
            Times = times,
            Speed = (double)(section.Number("speed") ?? 1),
            Loop = section.Flag("loop") ?? true,
            Format = format,
        };
        section.Validate(settings, Validator.Instance);
        if (file.Length > 0) CheckFile(section, settings, surroundings.Mapping);
        return new CsvPlay(settings, surroundings);
    }

    private static (string Column, TimeFormat Times) ReadTime(YamlSection section)
    {
        var defaults = new ValueDefaults(NumberFormat.Plain, EmptyValues.OnlyBlank, TimeZoneInfo.Utc, null);
        if (section.IsText("time")) return (section.Required("time"), TimeFormat.Default);
        if (section.Section("time") is not { } time)
        {
            section.Report("time", "'time' is missing: the column by which the recording is played");
            return ("", TimeFormat.Default);
        }

        var column = time.Required("column");
        var times = ValueReader.ReadTimeFormat(time, defaults);
        time.ReportUnknown();
        return (column, times);
    }

    private static void CheckFile(YamlSection section, CsvPlaySettings settings, EntityMapping mapping)
    {
        if (!File.Exists(settings.File))
        {
            section.Report("file", $"the file '{settings.File}' does not exist");
            return;
        }

        try
        {
            // Elsewhere: who waits here may be the only thread that his synchronization context has, and would be waited for.
            using var table = Task.Run(() => CsvTable.OpenAsync(settings.File, settings.Format)).GetAwaiter().GetResult();
            foreach (var missing in table.Missing(mapping)) section.Report("file", $"the mapping reads '{missing}', which the file has not");
            if (settings.Column.Length > 0 && !table.Columns.ContainsKey(settings.Column))
                section.Report("time", $"the file has no column '{settings.Column}'");
        }
        catch (Exception e) when (e is CsvTableException or IOException or ArgumentException or IndexOutOfRangeException)
        {
            section.Report("file", $"the file cannot be read: {e.Message}");
        }
    }

    private sealed class Validator : AbstractValidator<CsvPlaySettings>
    {
        internal static readonly Validator Instance = new();

        private Validator() =>
            RuleFor(s => s.Speed).InclusiveBetween(0.001, 1_000_000).WithMessage("'speed' is not between 0.001 and 1000000");
    }
}
