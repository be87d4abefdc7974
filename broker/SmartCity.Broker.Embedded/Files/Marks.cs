namespace SmartCity.Broker.Embedded.Files;

/// <summary>Names of the rows of the table <c>mark</c>.</summary>
internal static class Marks
{
    /// <summary>Changes up to this number are in the blocks.</summary>
    public const string Blocks = "blocks_to";

    /// <summary>Changes and writes up to this number were in the history's file when the log was trimmed last.</summary>
    public const string History = "history_to";
}
