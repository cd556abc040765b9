// In this order: Metro moves an import to where its first name is used, and a bare `require` it leaves where it is.
require('./halves');
require('react-native/Libraries/Core/setUpXHR');
require('./app');
