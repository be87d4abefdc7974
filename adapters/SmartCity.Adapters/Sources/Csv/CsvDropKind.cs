using FluentValidation;
using SmartCity.Adapters.Cities;

namespace SmartCity.Adapters.Sources.Csv;

internal enum FileCompletion
{
    /// <summary>Whoever drops a file renames it when it is complete.</summary>
    Rename,

    /// <summary>A file is complete when its size and time stand still.</summary>
    Stable,
}

internal sealed record CsvDropSettings
{
    internal required string Folder { get; init; }

    internal string Pattern { get; init; } = "*.csv";

    internal FileCompletion Complete { get; init; } = FileCompletion.Stable;

    /// <summary>How long a file must stand still.</summary>
    internal TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the folder is looked at; no file system event is relied on, so network shares work.</summary>
    internal TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    internal CsvFormat Format { get; init; } = new();
}

/// <summary>
/// <c>kind: csv-drop</c>: takes files that are dropped into a folder. Done files go to <c>done/</c>, unreadable ones to
/// <c>failed/</c>, bad rows to a file of the same name in <c>rejected/</c>.
/// </summary>
internal sealed class CsvDropKind : ISourceKind
{
    public string Name => "csv-drop";

    public string? DefaultObservedAt => null;

    public ISource? Read(YamlSection section, SourceSurroundings surroundings)
    {
        var settings = new CsvDropSettings { Folder = Path.Combine(surroundings.City, section.Required("folder")) };
        settings = settings with
        {
            Pattern = section.Text("pattern") ?? settings.Pattern,
            Complete = section.Choice<FileCompletion>("complete") ?? settings.Complete,
            StableFor = section.Duration("stableFor") ?? settings.StableFor,
            Poll = section.Duration("poll") ?? settings.Poll,
            Format = CsvFormat.Read(section),
        };
        section.Validate(settings, Validator.Instance);
        return new CsvDrop(settings, surroundings);
    }

    private sealed class Validator : AbstractValidator<CsvDropSettings>
    {
        internal static readonly Validator Instance = new();

        private Validator()
        {
            RuleFor(s => s.Pattern).NotEmpty().WithMessage("'pattern' is empty");
            RuleFor(s => s.Pattern).Must(p => !p.Contains('/', StringComparison.Ordinal)).WithMessage("'pattern' names a folder");
            RuleFor(s => s.Poll).InclusiveBetween(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1))
                .WithMessage("'poll' is not between 10ms and 1h");
            RuleFor(s => s.StableFor).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromHours(1))
                .WithMessage("'stableFor' is not between 0s and 1h");
        }
    }
}
